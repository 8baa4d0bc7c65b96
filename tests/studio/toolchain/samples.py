"""A mirror of the AWS provider, and programs in place of Terraform."""

from pathlib import Path

from studio.toolchain import provider_mirror
from studio.toolchain.toolbox import platform_name
from tests.commands import write_program


def unpacked(folder: Path) -> Path:
    """The folder, with the provider as `terraform providers mirror` unpacks it."""
    version = folder / "registry.terraform.io" / "hashicorp" / "aws" / provider_mirror.PROVIDER
    (version / platform_name()).mkdir(parents=True)
    return folder


def program(folder: Path, name: str, version: str) -> Path:
    """A program that prints this version."""
    text = f'#!/bin/sh\necho \'{{"terraform_version": "{version}"}}\'\n'
    return write_program(folder / name, text)
