"""How Sphinx builds these pages; `make docs`."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

project = "Private SageMaker Studio"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
myst_heading_anchors = 3
nitpicky = True


def setup(app: Sphinx) -> None:
    """The page of commands shows their own help."""
    app.connect("source-read", _fill_commands)


def _fill_commands(_: Sphinx, page: str, text: list[str]) -> None:
    if page == "reference/commands":
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        from tools import commands_page

        text[0] = commands_page.filled(text[0])
