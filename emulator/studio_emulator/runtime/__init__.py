"""The processes, containers and home directories of apps."""
