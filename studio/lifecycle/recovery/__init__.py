"""Imports into state what an interrupted run created and did not write to it."""
