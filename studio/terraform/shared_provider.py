"""One process of the AWS provider for many Terraform commands on one AWS."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from studio.processes import children

REATTACH = "TF_REATTACH_PROVIDERS"
"""The variable in which Terraform finds it."""

_SOURCE = "hashicorp/aws"
_BINARY = f"*/{_SOURCE}/*/*/terraform-provider-aws_*"
_HOSTS = ("registry.terraform.io", "registry.opentofu.org")
_END_SECONDS = 5.0


@contextmanager
def shared_provider(folder: Path, *, env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start the provider that `terraform init` installed in ``folder``; yields its variable.

    Terraform spends most of its processor time on starting the provider, which is the same binary
    either way (https://developer.hashicorp.com/terraform/plugin/debugging). The provider has the
    credentials and the endpoint of ``env``, and one configuration at a time: two deployments that
    run at once would get each other's default tags. Yields nothing where it does not start:
    Terraform then starts one itself.
    """
    found = next(
        folder.glob(f".terraform/providers/*/{_SOURCE}/*/*/terraform-provider-aws_*"), None
    )
    if found is None:
        yield {}
        return
    # The provider cannot take a bundle of certificates a second time.
    own = {name: value for name, value in env.items() if name != "AWS_CA_BUNDLE"}
    with children.Child([found, "-debug"], env=own, stderr=subprocess.DEVNULL) as process:
        yield _address(process)
        process.end(grace=_END_SECONDS)


def _address(process: children.Child) -> dict[str, str]:
    assert process.stdout is not None
    for line in process.stdout:
        if printed := re.search(rf"{REATTACH}='(.*)'", line.decode()):
            (address,) = json.loads(printed[1]).values()
            return {REATTACH: json.dumps({f"{host}/{_SOURCE}": address for host in _HOSTS})}
    return {}
