"""``studio diagram``: draws the deployment that the settings describe; calls no AWS API."""

import argparse
import tempfile
from pathlib import Path

from settings import Settings, UserError
from settings.errors import os_errors
from studio.lifecycle.deployments import default_out
from studio.review.png import as_png
from studio.review.settings_diagram import settings_svg
from studio.review.styles import Theme
from studio.terraform.synthesis import copy_synthesis

_FORMATS = (".svg", ".png")


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--out``, whose ending chooses the format; ``--theme``."""
    parser.add_argument(
        "--out",
        dest="file",
        metavar="FILE",
        type=Path,
        default=Path("studio.svg"),
        help="output file, .svg or .png (default: %(default)s)",
    )
    parser.add_argument(
        "--theme",
        choices=("light", "dark"),
        help="default: an .svg follows the reader's theme, a .png is light",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0. Raises UserError."""
    file: Path = args.file
    is_png = file.suffix.lower() == ".png"
    if file.suffix.lower() not in _FORMATS:
        raise UserError(f"--out {file}: must end in {' or '.join(_FORMATS)}")
    if not file.absolute().parent.is_dir():
        raise UserError(f"--out {file}: {file.parent} is not a folder")
    theme = Theme(args.theme) if args.theme else Theme.LIGHT if is_png else None
    with tempfile.TemporaryDirectory(prefix="studio-diagram-") as folder:
        out = Path(folder, "cdktf.out")
        copy_synthesis(default_out(settings), out, config=settings.file)
        svg = settings_svg(settings, out=out, theme=theme)
    content = as_png(svg) if is_png else svg.encode()
    with os_errors(f"--out {file}"):
        file.write_bytes(content)
    print(f"Wrote {file}")
    return 0
