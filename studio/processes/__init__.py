"""Child processes that are bounded and end with us; work that runs in parallel."""
