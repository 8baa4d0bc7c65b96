"""What maintainers run; nothing that is deployed imports it."""
