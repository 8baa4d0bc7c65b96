"""Creates a resource and looks for it in the inventory."""

from typing import Any

from studio_emulator.server import Emulator
from tests.emulator.samples import make_role

OneOfEach = dict[tuple[str, str], tuple[str, dict[str, Any]]]
"""Operation and parameters, by service and type in the inventory."""


def create_and_list(
    aws: Emulator, service: str, kind: str, operation: str, params: dict[str, Any]
) -> None:
    """Assert that the inventory lists the created resource once."""
    if service == "sagemaker":
        make_role(aws, "studio")
    getattr(aws.client(service), operation)(**params)
    listed = [(item.service, item.type) for item in aws.inventory()]
    assert listed.count((service, kind)) == 1, listed
