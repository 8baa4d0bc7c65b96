"""The checks of `studio doctor`: client, account and deployment."""
