"""Sessions of Session Manager to apps and nodes, and their data channels."""
