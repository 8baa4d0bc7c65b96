"""What has to be in place before somebody can connect, as a table of checks."""
