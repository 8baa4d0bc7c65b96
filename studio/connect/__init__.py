"""Connects the user's machine to a space: SSH configuration, keys, sessions and editors."""
