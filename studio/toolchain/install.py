"""Installs the project's tools into its folder. Standard library only.

Each step writes a stamp of its inputs; a second run skips it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from settings.paths import PROJECT
from studio.console.output import say
from studio.toolchain import provider_mirror, terraform_binary
from studio.toolchain.toolbox import (
    CHECKOV_VENV,
    JSII_CACHE,
    NODE_MODULES,
    SSH_HELPER_VENV,
    TOOLS,
    VENV,
    Toolbox,
    environment,
)

_PROVIDER_CACHE = TOOLS / "providers"
_LAST_MIRROR = TOOLS / "provider-mirror"
"""Records the mirror of the last run, so that the next one does not search."""
# Of the bindings' 2,100 modules, which are two thirds of the code, few are imported.
_COMPILE = """\
import compileall, re, sys
bindings = re.compile("cdktf_cdktf_provider_aws")
compileall.compile_dir(sys.argv[1], quiet=2, workers=0, rx=bindings)
"""
# jsii indexes the 120 MB of the bindings' types in a thread. Each synthesis ends before the thread,
# and would read all types again.
_WARM = """\
import os, pathlib, time
import modules, cdktf
from cdktf_cdktf_provider_aws.provider import AwsProvider
cache = pathlib.Path(os.environ["JSII_RUNTIME_PACKAGE_CACHE_ROOT"])
deadline = time.monotonic() + 180
while not any(cache.glob("@cdktf/provider-aws/*/*/.jsii.runtime.v*.json")):
    if time.monotonic() > deadline:
        break
    time.sleep(0.1)
"""


class SetupError(Exception):
    """A step failed. The message, one line, names the step and its fix."""


def install(*, checks: bool) -> None:
    """Install the missing tools. checks: also those that only the tests need.

    Raises SetupError, NoTerraform, BadMirror or OSError if a step fails.
    """
    TOOLS.mkdir(exist_ok=True)
    _step("uv", [PROJECT / "tools" / "uv.txt"], TOOLS / "uv", _install_uv)
    _step("Python packages", _locked(PROJECT), VENV, lambda: _sync(PROJECT, VENV))
    npm_files = [PROJECT / name for name in ("package.json", "package-lock.json", "uv.lock")]
    _step("Node and the cdktf command line", npm_files, NODE_MODULES, _install_cdktf)
    toolbox = _choose_terraform()
    toolbox.save()
    warmed = [PROJECT / "uv.lock", Path(__file__)]
    _step("jsii's cache", warmed, JSII_CACHE, lambda: _warm_jsii(toolbox))
    if checks:
        for venv in (CHECKOV_VENV, SSH_HELPER_VENV):
            project = PROJECT / "tools" / venv.name
            _step(venv.name, _locked(project), venv, partial(_sync, project, venv))


def _step(name: str, depends_on: Sequence[Path], product: Path, action: Callable[[], None]) -> None:
    """Run ``action`` unless ``product`` exists and has the same inputs.

    Deletes a product of another folder first: its scripts have that folder's path, and its
    installer would not replace them.
    """
    digest = hashlib.sha256(sys.version.encode())
    for path in depends_on:
        digest.update(path.read_bytes())
    stamp = TOOLS / "stamps" / product.name
    made = f"{digest.hexdigest()}\n{PROJECT}"
    before = stamp.read_text() if stamp.is_file() else made
    if product.is_dir() and stamp.is_file() and before == made:
        return
    say(f"setup: {name} ...")
    stamp.unlink(missing_ok=True)
    if before.partition("\n")[2] != str(PROJECT):
        shutil.rmtree(product, ignore_errors=True)
    action()
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(made)


def _run(
    command: Sequence[object],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = PROJECT,
    hint: str,
) -> None:
    """Run a command. If it fails, print its last lines and raise SetupError with ``hint``."""
    finished = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=dict(os.environ if env is None else env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if finished.returncode:
        last = finished.stdout.decode("utf-8", "replace").strip().splitlines()[-15:]
        for line in last:
            say(f"  {line}")
        raise SetupError(f"`{Path(str(command[0])).name}` failed; {hint}")


def _install_uv() -> None:
    folder = TOOLS / "uv"
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", folder], hint="Python needs its venv module")
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
    _run([*pip, "-r", PROJECT / "tools" / "uv.txt"], hint="a Python package index is needed")


def _locked(project: Path) -> list[Path]:
    return [*project.glob("*/pyproject.toml"), project / "pyproject.toml", project / "uv.lock"]


def _sync(project: Path, target: Path) -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    env |= {"UV_PROJECT_ENVIRONMENT": str(target), "UV_PYTHON": sys.executable}
    uv = TOOLS / "uv" / "bin" / "uv"
    command = [uv, "sync", "--project", project, "--locked", "--all-extras", "--no-progress"]
    _run(command, env=env, hint="a Python package index is needed")
    _run([sys.executable, "-c", _COMPILE, target / "lib"], hint="run `make setup` again")


def _install_cdktf() -> None:
    env = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    command = [VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(command, env=env, hint="an npm registry is needed")


def _choose_terraform() -> Toolbox:
    kept = TOOLS / "terraform"
    terraform = terraform_binary.on_path() or terraform_binary.downloaded(kept)
    if terraform is None:
        say(f"setup: Terraform {terraform_binary.PINNED}, as PATH has none that is new enough ...")
        terraform = terraform_binary.download(kept)
    own = Path(os.environ.get("TF_CLI_CONFIG_FILE") or Path.home() / ".terraformrc")
    if own.is_file() and "STUDIO_PROVIDER_MIRROR" not in os.environ:
        return Toolbox(terraform=terraform, cli_config=None)
    known = Path(_LAST_MIRROR.read_text()) if _LAST_MIRROR.is_file() else None
    mirror = provider_mirror.find(known=known)
    if mirror is None:
        mirror = _PROVIDER_CACHE
        versions = [PROJECT / "studio" / "toolchain" / "provider_mirror.py"]
        _step("the AWS provider", versions, mirror, lambda: _fetch_provider(terraform))
    _LAST_MIRROR.write_text(str(mirror))
    configuration = TOOLS / "terraform.rc"
    configuration.write_text(provider_mirror.cli_config(mirror))
    return Toolbox(terraform=terraform, cli_config=str(configuration))


def _fetch_provider(terraform: str) -> None:
    """Download the provider once for all stacks: Terraform's plugin cache is a valid mirror."""
    _LAST_MIRROR.unlink(missing_ok=True)
    shutil.rmtree(_PROVIDER_CACHE, ignore_errors=True)
    _PROVIDER_CACHE.mkdir(parents=True)
    env = environment(Toolbox(terraform=terraform, cli_config=None))
    env["TF_PLUGIN_CACHE_DIR"] = str(_PROVIDER_CACHE)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main.tf").write_text(
            'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n'
            f'      version = "{provider_mirror.PROVIDER}"\n    }}\n  }}\n}}\n'
        )
        _run(
            [terraform, "init", "-input=false", "-no-color"],
            env=env,
            cwd=Path(folder),
            hint="the AWS provider comes from the public Terraform registry, or from a filesystem "
            "mirror named by STUDIO_PROVIDER_MIRROR",
        )


def _warm_jsii(toolbox: Toolbox) -> None:
    JSII_CACHE.mkdir(exist_ok=True)
    python = VENV / "bin" / "python"
    _run([python, "-c", _WARM], env=environment(toolbox), hint="run `make setup` again")
