"""One Terraform stack a file; each wires modules together and exports outputs."""

import modules  # noqa: F401  it registers the lazy AWS bindings before a stack imports them
