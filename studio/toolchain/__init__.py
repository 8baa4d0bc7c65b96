"""The tools that `make setup` installs and chooses. Standard library only."""
