"""Builds, checks and pushes container images, and records their versions."""
