"""Checks an image against Studio's requirements by running it as Studio does."""
