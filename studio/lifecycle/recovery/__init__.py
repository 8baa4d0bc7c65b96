"""Taking back into state what a run made that was killed before it could write that down."""
