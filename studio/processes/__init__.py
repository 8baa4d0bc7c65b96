"""Child processes with a time limit, and tasks that run in parallel."""
