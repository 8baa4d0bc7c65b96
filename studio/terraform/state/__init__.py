"""Terraform's states: their stores, locks and moves, and the bucket of a team."""
