"""Statuses that decide what the project does next, by the resource that has them.

Sources: botocore 1.44.5, sagemaker/2017-07-24/service-2.json (AppStatus, ImageVersionStatus),
elasticfilesystem/2015-02-01/service-2.json (LifeCycleState), ec2/2016-11-15/service-2.json (State).
"""

APP_ENDED = ("Deleted", "Failed")
"""An app that does not run and is not billed; it can neither be deleted nor blocks a deletion."""

IMAGE_VERSION_USABLE = ("CREATED", "CREATING")
"""An image version that apps run, or soon can."""

CHANGING = ("PENDING", "UPDATING", "CREATING")
"""A domain, user profile, space, image or image version whose status changes by itself; in
capitals, which only images have in the API."""

FILE_SYSTEM_LEAVING = ("deleting", "deleted")
"""A file system or a mount target that EFS still lists and that nobody can use."""

ENDPOINT_LEAVING = ("deleting", "deleted")
"""A VPC endpoint that EC2 still lists, in small letters: EC2's model has a capital, its answers
have none."""
