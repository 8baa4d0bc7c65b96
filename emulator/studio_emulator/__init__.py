"""Emulates Amazon SageMaker Studio and the AWS services that a Studio deployment needs."""
