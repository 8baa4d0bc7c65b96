"""Before any test imports cdktf: the venv's Node, whatever Node the machine has, or none."""

import modules  # noqa: F401
