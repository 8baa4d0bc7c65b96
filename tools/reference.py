"""Writes pages, pictures, policies and the schema: ``python -m tools.reference``.

A test fails if a file differs from the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from settings.paths import PROJECT
from tools import (
    claims,
    costs_page,
    outputs_page,
    permissions,
    pictures,
    pipeline_policies,
    settings_page,
    settings_schema,
)

FILES: Mapping[Path, Callable[[], str]] = {
    PROJECT / "studio.schema.json": settings_schema.text,
    PROJECT / "docs" / "reference" / "settings.md": settings_page.page,
    PROJECT / "docs" / "reference" / "outputs.md": outputs_page.page,
    PROJECT / "docs" / "explanation" / "costs.md": costs_page.page,
    PROJECT / "docs" / "pictures" / "deployment.svg": pictures.deployment,
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
