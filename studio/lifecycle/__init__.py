"""The use cases, built from the layers below."""
