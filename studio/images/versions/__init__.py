"""The versions of the images on AWS: recorded, listed, and deleted once there are too many."""
