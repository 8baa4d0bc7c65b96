"""The statuses of apps that ended, of usable image versions, of resources that change or leave.

Sources: botocore 1.44.5, sagemaker/2017-07-24/service-2.json (AppStatus, ImageVersionStatus),
elasticfilesystem/2015-02-01/service-2.json (LifeCycleState), ec2/2016-11-15/service-2.json (State).
"""

APP_ENDED = ("Deleted", "Failed")
"""An app that neither runs nor is billed, whose name is free: SageMaker deletes a failed one itself
(hashicorp/terraform-provider-aws, internal/service/sagemaker/app.go: its error of DeleteApp)."""

IMAGE_VERSION_USABLE = ("CREATED", "CREATING")
"""An image version that apps can run, now or soon."""

CHANGING = ("PENDING", "UPDATING", "CREATING")
"""A domain, user profile, space, image or image version whose status is going to change; in
capital letters, as the API has them for images."""

FILE_SYSTEM_LEAVING = ("deleting", "deleted")
"""A file system or a mount target that EFS lists during and after its deletion."""

ENDPOINT_LEAVING = ("deleting", "deleted")
"""A VPC endpoint that EC2 lists during and after its deletion, in the lower case of its answers."""
