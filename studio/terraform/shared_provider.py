"""One process of the AWS provider for many commands; which of them Terraform repeats without it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from studio.processes import children
from studio.terraform.events import parse_event

REATTACH = "TF_REATTACH_PROVIDERS"
"""The environment variable that makes Terraform use a running provider."""

_SOURCE = "hashicorp/aws"
_BINARY = f"*/{_SOURCE}/*/*/terraform-provider-aws_*"
_HOSTS = ("registry.terraform.io", "registry.opentofu.org")
_END_SECONDS = 5.0
_CONFIGURATION = "provider["
"""The prefix of a provider configuration's address."""
_CRASHED = "Plugin did not respond"
_BUNDLE = "AWS_CA_BUNDLE"
_HOLDER = """
import os, subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def end():
    os.read(0, 1)
    child.terminate()
threading.Thread(target=end, daemon=True).start()
sys.exit(child.wait())
"""
"""Ends the provider when its standard input closes, even if this process is killed. A thread in
`sys.stdin.read` would delay the exit of Python by a second."""


@contextmanager
def shared_provider(folder: Path, *, env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start the provider that `terraform init` installed in ``folder``; yields its variable.

    Terraform spends most of its processor time on starting the provider
    (https://developer.hashicorp.com/terraform/plugin/debugging). The provider has the credentials
    and the endpoint of ``env``, and one configuration: two deployments must not share it, or they
    get each other's default tags. Yields {} if it does not start, or if ``env`` names a provider;
    Terraform then starts its own.
    """
    found = next(folder.glob(f".terraform/providers/{_BINARY}"), None)
    if found is None or REATTACH in env or (_BUNDLE in env and sys.platform != "linux"):
        yield {}
        return
    own = dict(env)
    if bundle := own.pop(_BUNDLE, None):
        # The provider refuses AWS_CA_BUNDLE in its second configuration. On Linux, Go reads these
        # (https://pkg.go.dev/crypto/x509#SystemCertPool): the bundle, and no folder.
        own |= {"SSL_CERT_FILE": bundle, "SSL_CERT_DIR": os.devnull}
    command = [sys.executable, "-I", "-S", "-c", _HOLDER, str(found), "-debug"]
    with children.Child(
        command, env=own, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        yield _address(process)
        process.end(grace=_END_SECONDS)


def may_have_failed(printed: str) -> bool:
    """Whether the provider may have failed the plan that printed this, and not its resources."""
    errors = [
        event["diagnostic"]
        for event in filter(None, map(parse_event, printed.splitlines()))
        if event.get("type") == "diagnostic" and event["diagnostic"]["severity"] == "error"
    ]
    return not errors or any(
        (error.get("address") or _CONFIGURATION).startswith(_CONFIGURATION)
        or error["summary"] == _CRASHED
        for error in errors
    )


def _address(process: children.Child) -> dict[str, str]:
    assert process.stdout is not None
    for line in process.stdout:
        if printed := re.search(rf"{REATTACH}='(.*)'", line.decode()):
            (address,) = json.loads(printed[1]).values()
            return _variable(address)
    return {}


def _variable(address: Mapping[str, object]) -> dict[str, str]:
    return {REATTACH: json.dumps({f"{host}/{_SOURCE}": address for host in _HOSTS})}


NOT_INSTALLED = _variable(
    {
        "Protocol": "grpc",
        "ProtocolVersion": 5,
        "Pid": 1,
        "Test": True,
        "Addr": {"Network": "unix", "String": os.devnull},
    }
)
"""Makes `terraform init`, which starts no provider, neither install nor lock the AWS provider."""
