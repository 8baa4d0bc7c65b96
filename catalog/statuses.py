"""Statuses that decide what the project does next, by the resource that has them.

Sources: botocore 1.44.5, sagemaker/2017-07-24/service-2.json (AppStatus, ImageVersionStatus),
elasticfilesystem/2015-02-01/service-2.json (LifeCycleState).
"""

APP_ENDED = ("Deleted", "Failed")
"""An app that does not run and is not billed; it can neither be deleted nor blocks a deletion."""

IMAGE_VERSION_USABLE = ("CREATED", "CREATING")
"""An image version that apps run, or soon can."""

FILE_SYSTEM_LEAVING = ("deleting", "deleted")
"""A file system or a mount target that EFS still lists and that nobody can use."""
