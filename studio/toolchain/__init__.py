"""The tools that set-up installs and chooses. Standard library only."""
