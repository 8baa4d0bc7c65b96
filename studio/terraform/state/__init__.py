"""Terraform's state files: read, locked, moved, and the bucket for a team's."""
