"""The emulator's own calls, under /_emulator/: health, inventory, reset, settings."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from emulator import state
from emulator.errors import UsageError
from emulator.options import Options
from emulator.protocol import Reply


def answer(environ: dict[str, Any], options: Options) -> Reply:
    """JSON for each call; 400 with one line of text for a bad setting, 404 for another path."""
    match environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/_emulator/"):
        case "GET", "health":
            return _json({"status": "ok"})
        case "GET", "inventory":
            return _json([asdict(item) for item in state.inventory()])
        case "POST", "reset":
            state.reset()
            return _json({})
        case "GET", "settings":
            return _json(options.as_dict())
        case "POST", "settings":
            try:
                options.update(_object(environ))
            except UsageError as wrong:
                return _text(400, str(wrong))
            return _json(options.as_dict())
    return _text(404, "there are health, inventory, reset (POST) and settings")


def _object(environ: dict[str, Any]) -> dict[str, Any]:
    try:
        sent = json.loads(environ["wsgi.input"].read())
    except ValueError as bad:
        raise UsageError(f"not JSON: {bad}") from bad
    if not isinstance(sent, dict):
        raise UsageError("a JSON object of options is expected")
    return sent


def _json(content: Any) -> Reply:
    body = json.dumps(content, indent=2).encode() + b"\n"
    return Reply(status=200, headers=(("Content-Type", "application/json"),), body=body)


def _text(status: int, line: str) -> Reply:
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    return Reply(status=status, headers=headers, body=f"{line}\n".encode())
