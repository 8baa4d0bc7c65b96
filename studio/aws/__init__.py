"""Calls AWS: one session, one error mapping, and a module for each type of resource."""
