"""Checks that a kernel runs a cell, and that a terminal opens."""

import json

from studio.images.contract.container import Container
from studio.images.contract.jupyter_client import KERNEL_SECONDS, Refused, Server
from studio.images.contract.result import CheckResult

_CELL = "print('studio', 6 * 7)"
_PRINTED = "studio 42"
_GATEWAY_SECONDS = KERNEL_SECONDS - 20
"""Less than the command's limit, so that its own error is shown."""
_GATEWAY = f"""
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3", startup_timeout={_GATEWAY_SECONDS})
try:
    client.execute_interactive({_CELL!r}, timeout={_GATEWAY_SECONDS})
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""


def kernel(server: Server) -> CheckResult:
    try:
        printed = server.run_cell(_CELL)
    except Refused as refused:
        return _no_kernel(str(refused))
    return _kernel(printed)


def gateway_kernel(container: Container) -> CheckResult:
    """Check a kernel as Studio's kernel gateway does, which is not in the image."""
    listed = container.execute(["jupyter", "kernelspec", "list", "--json"], seconds=KERNEL_SECONDS)
    if listed.code != 0:
        return _no_kernel(f"`jupyter kernelspec list` fails: {listed.last_line}")
    try:
        # Warnings may precede the JSON.
        specs = dict(json.loads(listed.output[listed.output.find("{") :])["kernelspecs"])
        if "python3" not in specs:
            return _no_kernel(f"no kernel spec python3, but {', '.join(sorted(specs)) or 'none'}")
        python = str(specs["python3"]["spec"]["argv"][0])
    except (LookupError, TypeError, ValueError):
        said = listed.output.strip()[:80]
        return _no_kernel(f"`jupyter kernelspec list --json` names no program for python3: {said}")
    ran = container.execute([python, "-c", _GATEWAY], seconds=KERNEL_SECONDS)
    return _kernel(ran.output) if ran.code == 0 else _no_kernel(ran.last_line)


def terminal(server: Server) -> CheckResult:
    # The output differs from the typed command, which the terminal also shows.
    try:
        server.run_in_terminal("echo studio $((6 * 7))", until=_PRINTED)
    except Refused as refused:
        return CheckResult(
            "terminal",
            False,
            str(refused),
            "the app opens, but a terminal in it stays empty",
            "install bash and terminado, and leave ServerApp.terminals_enabled on",
        )
    return CheckResult("terminal", True, "opens and runs a command")


def _kernel(printed: str) -> CheckResult:
    if _PRINTED not in printed:
        return _no_kernel(f"a cell printed {printed[-80:]!r} instead of {_PRINTED!r}")
    return CheckResult("kernel", True, "python3 starts and runs a cell")


def _no_kernel(found: str) -> CheckResult:
    return CheckResult(
        "kernel",
        False,
        found,
        "the app opens, but a notebook shows no kernel, or one that dies",
        "install ipykernel outside of the home folder and register it as python3 "
        "(python -m ipykernel install --prefix=...)",
    )
