"""The deployed Studio of ``tests/studio``, on which commands of the pages run."""

from tests.studio.conftest import deployed_studio, entered  # noqa: F401
