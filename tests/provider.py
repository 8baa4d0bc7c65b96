"""A process of the AWS provider for all Terraform commands on an emulated AWS.

A Terraform command uses most of its processor time to start the provider and to build its schema.
With TF_REATTACH_PROVIDERS, Terraform uses a running provider
(https://developer.hashicorp.com/terraform/plugin/debugging), with the credentials and the endpoint
of its environment, so each AWS has one. ``tests/thin_provider.py`` reduces the schema.

For rehearsals, `terraform init` installs the thin provider. Only `make demo` and one test of
`studio up` use the unchanged provider.
"""

import fcntl
import functools
import hashlib
import json
import re
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from settings.paths import PROJECT
from studio.lifecycle import emulated
from studio.processes import children
from studio.toolchain import toolbox
from studio.toolchain.provider_mirror import PROVIDER
from tests.commands import write_program

_SECONDS = 240
_ONE_AT_A_TIME = threading.Lock()
"""Parallel threads would install the provider twice."""
_END_SECONDS = 5.0
_SOURCE = "hashicorp/aws"
_HOSTS = ("registry.terraform.io", "registry.opentofu.org")
_RUNNING = "TF_REATTACH_PROVIDERS"
_SCRIPT = """\
#!/bin/sh
PYTHONPATH={project} exec {python} -m tests.thin_provider {binary} {schema} {types}
"""


def own(aws: emulated.EmulatedAws) -> emulated.EmulatedAws:
    """The same AWS, with an environment that makes `terraform init` install the thin provider."""
    installed = {
        "TF_PLUGIN_CACHE_DIR": str(_thin()),
        "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1",
        "TF_DISABLE_PLUGIN_TLS": "1",
    }
    return replace(aws, environment={**as_installed(aws), **installed})


def as_installed(aws: emulated.EmulatedAws) -> dict[str, str]:
    """The environment of an AWS without the variables that select another provider."""
    return {name: value for name, value in aws.environment.items() if not name.startswith("TF_")}


@contextmanager
def shared(aws: emulated.EmulatedAws) -> Iterator[emulated.EmulatedAws]:
    """The same AWS, with an environment that makes Terraform use the running provider.

    A rehearsal, which has a separate AWS, uses the provider of ``own``.
    """
    with _ONE_AT_A_TIME:
        aws = own(aws)
    with children.Child(
        [sys.executable, "-m", "tests.thin_provider", _binary(), _schema(), *_types()],
        cwd=PROJECT,
        env=_clean() | as_installed(aws),
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(rf"{_RUNNING}='(.*)'", line.decode()):
                (address,) = json.loads(found[1]).values()
                running = json.dumps({f"{host}/{_SOURCE}": address for host in _HOSTS})
                yield replace(aws, environment={**aws.environment, _RUNNING: running})
                process.end(grace=_END_SECONDS)
                return
    raise AssertionError("the provider ended before it printed its address")


def pid(aws: emulated.EmulatedAws) -> int:
    """The process ID of the provider that runs for an AWS."""
    (address, *_) = json.loads(aws.environment[_RUNNING]).values()
    return int(address["Pid"])


@functools.cache
def _types() -> list[str]:
    """The types of resources and data sources in stacks, modules and test configurations."""
    ours = r"^from cdktf_cdktf_provider_aws\.(?:data_aws_)?(\w+) import"
    theirs = r'^(?:resource|data) "aws_(\w+)"'
    patterns = {"modules/*.py": ours, "stacks/*.py": ours, "tests/**/*.tf": theirs}
    return sorted(
        {
            f"aws_{name}"
            for files, pattern in patterns.items()
            for path in PROJECT.glob(files)
            for name in re.findall(pattern, path.read_text(), re.MULTILINE)
        }
    )


def _binary() -> Path:
    """The provider that `terraform init` installs from a mirror or the registry."""
    providers = _installed() / ".terraform" / "providers"
    (found,) = providers.glob(f"*/{_SOURCE}/{PROVIDER}/*/terraform-provider-aws_*")
    return found.resolve()


@functools.cache
def _schema() -> Path:
    """The file with the schema, which the first thin provider of a run writes."""
    binary = _binary()
    known = repr((binary, binary.stat().st_mtime_ns, _types()))
    name = hashlib.sha256(known.encode()).hexdigest()
    return Path(tempfile.gettempdir()) / f"schema-{name[:16]}.pb"


@functools.cache
def _thin() -> Path:
    """A plugin cache for `terraform init` with the thin provider as the AWS provider."""
    binary = _binary()
    script = _SCRIPT.format(
        project=shlex.quote(str(PROJECT)),
        python=shlex.quote(sys.executable),
        binary=shlex.quote(str(binary)),
        schema=shlex.quote(str(_schema())),
        types=" ".join(_types()),
    )
    folder = Path(tempfile.mkdtemp(prefix="thin-"))
    for host in _HOSTS:
        installed = folder / host / _SOURCE / PROVIDER / binary.parent.name
        write_program(installed / binary.name, script)
    return folder


@functools.cache
def _installed() -> Path:
    """The folder of the provider, which all processes of a run share: hashing 700 MB is slow."""
    folder = Path(tempfile.gettempdir()) / f"provider-{PROVIDER}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "main.tf.json").exists():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    wanted = {"aws": {"source": _SOURCE, "version": PROVIDER}}
    configuration = folder / "main.tf.json"
    configuration.write_text(json.dumps({"terraform": {"required_providers": wanted}}))
    finished = children.captured(
        [toolbox.Toolbox.load().terraform, "init", "-input=false"],
        cwd=folder,
        env=_clean(),
        seconds=_SECONDS,
    )
    if finished.returncode:
        configuration.unlink()
    assert finished.returncode == 0, finished.stderr


def _clean() -> dict[str, str]:
    values = toolbox.environment(toolbox.Toolbox.load())
    return {name: value for name, value in values.items() if not name.startswith(("AWS_", "TF_RE"))}
