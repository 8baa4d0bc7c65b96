"""What earlier deployments left in an account: found by SageMaker's marks and ours alone."""
