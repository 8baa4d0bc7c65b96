"""Tags that SageMaker and sagemaker-ssh-helper write."""

HOME_OWNER_TAG = "ManagedByAmazonSageMakerResource"
"""SageMaker's, on the file system of a domain; the value is the domain's ARN
(docs.aws.amazon.com/sagemaker/latest/dg/studio-manage-storage.html)."""

SSH_OWNER_TAG = "SSHOwner"
"""sagemaker-ssh-helper's, on activation and node: the user whose app it is (IAM_SSM_Setup.md)."""

SSH_RESOURCE_TAG = "SSHResourceArn"
"""sagemaker-ssh-helper's, on activation and node: the app's ARN."""
