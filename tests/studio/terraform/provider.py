"""A program that stands in for the AWS provider."""

from pathlib import Path

from studio.terraform.shared_provider import REATTACH
from tests.commands import write_program

PRINTED = '{"registry.terraform.io/hashicorp/aws": {"Protocol": "grpc", "Pid": 7}}'
RUNNING = f"""cat << END
    {REATTACH}='{PRINTED}'
END
exec sleep 600"""


def install(folder: Path, script: str) -> None:
    name = ".terraform/providers/registry.terraform.io/hashicorp/aws/5.0.0/any/"
    write_program(folder / name / "terraform-provider-aws_v5.0.0_x5", f"#!/bin/sh\n{script}\n")
