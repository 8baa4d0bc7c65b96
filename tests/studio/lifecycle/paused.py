"""Runs `studio pause` and `studio resume` on a deployment without Terraform."""

import argparse
from types import ModuleType
from typing import Any

from settings import Settings
from tests.studio.deployed import Deployed


def run(module: ModuleType, it: Deployed, *flags: str, **sections: Any) -> int:
    parser = argparse.ArgumentParser()
    module.arguments(parser)
    code: int = module.run(
        parser.parse_args([*flags, "--out", str(it.out)]),
        Settings.model_validate({"name": "ours", **sections}),
    )
    return code
