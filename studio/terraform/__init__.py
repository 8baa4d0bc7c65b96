"""Terraform in the synthesized folders: runs, plans, state."""
