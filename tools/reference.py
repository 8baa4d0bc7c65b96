"""Writes pages, pictures, policies and the schema: ``python -m tools.reference``.

A test fails if a file differs from the code.
"""

import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from settings import load
from settings.paths import PROJECT
from studio.review.settings_diagram import settings_svg
from studio.terraform.synthesis import synthesize
from tools import (
    claims,
    costs_page,
    outputs_page,
    permissions,
    pipeline_policies,
    settings_page,
    settings_schema,
)


def _deployment() -> str:
    """The diagram of the defaults with the two users of studio.toml."""
    with tempfile.TemporaryDirectory() as folder:
        config, out = Path(folder, "studio.toml"), Path(folder, "cdktf.out")
        config.write_text("[users.alice]\n[users.bob]\n", encoding="utf-8")
        synthesize(out, config=config)
        return settings_svg(load(config), out=out)


FILES: Mapping[Path, Callable[[], str]] = {
    PROJECT / "studio.schema.json": settings_schema.text,
    PROJECT / "docs" / "reference" / "settings.md": settings_page.page,
    PROJECT / "docs" / "reference" / "outputs.md": outputs_page.page,
    PROJECT / "docs" / "explanation" / "costs.md": costs_page.page,
    PROJECT / "docs" / "pictures" / "deployment.svg": _deployment,
    claims.PAGE: claims.page,
    permissions.PAGE: permissions.page,
    **{
        pipeline_policies.FOLDER / f"{name}.json": partial(pipeline_policies.policy, statements())
        for name, statements in pipeline_policies.FILES.items()
    },
}


def main() -> None:
    """Write each file."""
    for path, text in FILES.items():
        path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
