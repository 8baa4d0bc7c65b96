"""Use cases: each is made of the layers below."""
