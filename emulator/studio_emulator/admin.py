"""The emulator's own API, under /_emulator/; README.md lists its calls."""

import json
import os
from dataclasses import asdict
from typing import Any

from studio_emulator import ssm, state, studio
from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError, UsageError
from studio_emulator.faults import Faults
from studio_emulator.options import Options
from studio_emulator.sessions.targets import set_address
from studio_emulator.wsgi import Reply

_STREAMS = ("output", "error")


def reply(environ: dict[str, Any], options: Options, faults: Faults) -> Reply:
    """The call's JSON; 400 and one line of text for a bad value, 404 for an unknown call."""
    try:
        return _reply(environ, options, faults)
    except UsageError as wrong:
        return _text(400, str(wrong))
    except AwsError as refused:
        return _text(400, f"{refused.code}: {refused.message}")


def _reply(environ: dict[str, Any], options: Options, faults: Faults) -> Reply:
    match environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/_emulator/"):
        case "GET", "health":
            return _json({"status": "ok", "pid": os.getpid()})
        case "GET", "inventory":
            return _json([asdict(item) for item in state.inventory()])
        case "POST", "reset":
            state.reset()
            return _json({})
        case "GET", "settings":
            return _json(options.as_dict())
        case "POST", "settings":
            options.update(_object(environ))
            return _json(options.as_dict())
        case "POST", "nodes":
            return _json(_node(_object(environ), Clock(options).now()))
        case "GET", "faults":
            return _json(faults.as_dict())
        case "POST", "faults":
            faults.set(_object(environ))
            return _json(faults.as_dict())
        case "GET", "commands":
            return _json(ssm.pending(Clock(options).now()))
        case "POST", "sshd":
            return _json(_sshd(_object(environ)))
    return _text(
        404,
        "no such call; allowed: GET commands, faults, health, inventory, settings; POST faults, "
        "nodes, reset, settings, sshd",
    )


def _node(sent: dict[str, Any], now: float) -> dict[str, Any]:
    """Act as a node's agent, whose API is not public: register, connect, answer a command."""
    match sent:
        case {"activation": str(activation), "code": str(code), **more} if _is_name(more):
            name = more.get("name", "")
            return {"id": ssm.register_node(activation, code=code, name=name, now=now)}
        case {"id": str(node_id), "online": bool(online), **more} if not more:
            ssm.set_online(node_id, online=online)
            return {"id": node_id}
        case {"id": str(node_id), "command": str(command), "exit_code": int(exit_code), **more} if (
            not more.keys() - set(_STREAMS) and all(isinstance(text, str) for text in more.values())
        ):
            printed = {stream: str(more.get(stream, "")) for stream in _STREAMS}
            ssm.answer(node_id, command, exit_code=exit_code, now=now, **printed)
            return {"id": node_id}
    raise UsageError(
        "expected: activation and code (and name); or id and online; or id, command and exit_code "
        "(and output, error)"
    )


def _sshd(sent: dict[str, Any]) -> dict[str, Any]:
    """Connect the sessions of a space or a node to an sshd."""
    match sent:
        case {"target": str(target), "address": str(address), **more} if not more:
            if not (ssm.has_node(target) or studio.has_space(target)):
                raise UsageError(f"target {target!r}: not a managed node's id or a space's ARN")
            set_address(target, address)
            return {"target": target, "address": address}
    raise UsageError("expected: target and address")


def _is_name(more: dict[str, Any]) -> bool:
    return not more.keys() - {"name"} and isinstance(more.get("name", ""), str)


def _object(environ: dict[str, Any]) -> dict[str, Any]:
    try:
        sent = json.loads(environ["wsgi.input"].read())
    except ValueError as bad:
        raise UsageError(f"not JSON: {bad}") from bad
    if not isinstance(sent, dict):
        raise UsageError("expected: a JSON object")
    return sent


def _json(content: Any) -> Reply:
    body = json.dumps(content, indent=2).encode() + b"\n"
    return Reply(status=200, headers=(("Content-Type", "application/json"),), body=body)


def _text(status: int, line: str) -> Reply:
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    return Reply(status=status, headers=headers, body=f"{line}\n".encode())
