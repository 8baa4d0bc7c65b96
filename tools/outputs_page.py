"""docs/reference/outputs.md: the outputs of each stack, read from the source of stacks/."""

import ast
from collections.abc import Iterator

from settings.paths import PROJECT

STACKS = ("network", "role", "ecr", "image", "domain", "users")


_HEAD = """# Outputs

<!-- written by `python -m tools.reference` from stacks/ -->

After `. .venv/bin/activate`, `cdktf output STACK` prints the outputs of a deployed stack; so does
`terraform output` in `cdktf.out/stacks/STACK`. Other Terraform configurations can read them with
`terraform_remote_state`. The table omits the outputs that cdktf generates for the other stacks
(`cross-stack-output-...`): their names can change.

| stack | output | what it is |
|---|---|---|"""


def page() -> str:
    """The text of the page."""
    return "\n".join((_HEAD, *_rows(), ""))


def _rows() -> Iterator[str]:
    for stack in STACKS:
        tree = ast.parse((PROJECT / "stacks" / f"{stack}.py").read_text(encoding="utf-8"))
        for name, description in sorted(outputs(tree)):
            yield f"| `{stack}` | `{name}` | {description.rstrip('.')} |"


def outputs(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The name and description of each ``self.export(name, value, description)``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="export"),
                args=[ast.Constant(value=str(name)), _, ast.Constant(value=str(description))],
            ):
                yield name, description
            case ast.Call(func=ast.Attribute(attr="export")):
                raise ValueError(f"line {node.lineno}: name and description have to be literals")
