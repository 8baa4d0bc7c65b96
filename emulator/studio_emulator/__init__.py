"""AWS in a process, as far as a private SageMaker Studio needs it."""
