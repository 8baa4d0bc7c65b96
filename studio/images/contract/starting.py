"""Checks that the server starts in time, on Studio's port, and without the network."""

import re
import time
from collections.abc import Iterator
from itertools import pairwise

from studio.images.contract.container import Container, last_line
from studio.images.contract.jupyter_client import Answer, Server
from studio.images.contract.requirements import PORT, App
from studio.images.contract.result import CheckResult

HEALTH_SECONDS = 300.0
"""The time limit for the first successful response; see also ``_LISTENING_SECONDS``.

AWS publishes no number. An app without a response is Failed after about 15 minutes
(aws/sagemaker-distribution#538), which include starting the instance and pulling the image. A
lifecycle script has the same 5 minutes.
"""

_UNHEALTHY = "InternalFailure after some 15 minutes: the app failed its health check"
_NOT_STARTED = "InternalFailure: the app failed to start"
_MEANS = {
    401: ": it asks for a token or password, which Studio has not",
    403: ": it asks for a token or password, which Studio has not",
    404: ": its base URL is another one",
}
_LISTENING_SECONDS = 30.0
"""How long a server that listens, or responds, may take until a response is successful."""
_POLL_SECONDS = 0.3
_REACHED_OUT = re.compile(
    r"could not resolve|name resolution|name or service not known|network is unreachable"
    r"|no route to host|failed to establish a new connection|unknown host|enetunreach|eai_again",
    re.IGNORECASE,
)
_LISTEN = "0A"
_LOOPBACKS = {"0100007F", "00000000000000000000000001000000"}
_NO_ROUTE = "OutNoRoutes"


def health(container: Container, app: App, *, seconds: float) -> CheckResult:
    """Wait until one of the app's paths responds with success."""
    server = Server(container, "")
    started = time.monotonic()
    listens_since: float | None = None
    answers: dict[str, Answer] = {}
    while (now := time.monotonic()) - started < seconds:
        for path in app.health:
            answer = server.get(path)
            if answer and answer.status < 400:
                return _reachable(container, path, answer, time.monotonic() - started)
            if answer:
                answers[path] = answer
        if not container.alive():
            return _died(container, now - started)
        listens = bool(answers) or bool(_ports(container))
        listens_since = (listens_since or now) if listens else None
        if listens_since is not None and now - listens_since > _LISTENING_SECONDS:
            break
        time.sleep(_POLL_SECONDS)
    return _wrong(container, app, answers, time.monotonic() - started)


def network(container: Container) -> CheckResult:
    """Check the attempts to reach the network until the server has started."""
    said = next((line for line in container.logs().splitlines() if _REACHED_OUT.search(line)), "")
    tried = _packets_without_route(container)
    if not tried and not said:
        return CheckResult("network", True, "started without reaching for any")
    times = f" {tried} times, look-ups of names counted" if tried else ""
    found = f"reached for the network{times}"
    return CheckResult(
        "network",
        False,
        found + (f", and says: {said}" if said else ""),
        "a start that hangs until each call's time-out, then InternalFailure: there is no internet",
        "do in the Dockerfile what the start script downloads or looks up",
    )


def _reachable(container: Container, path: str, answer: Answer, seconds: float) -> CheckResult:
    if _ports(container).get(PORT):
        return _failed(
            f"port {PORT} is open on 127.0.0.1 only", "listen on 0.0.0.0 (--ServerApp.ip=0.0.0.0)"
        )
    found = f"GET {path} answers {answer.status} after {seconds:.1f} s"
    return CheckResult("health", True, found)


def no_command() -> CheckResult:
    return _failed(
        "the image has neither ENTRYPOINT nor CMD",
        "end the Dockerfile with the ENTRYPOINT that starts the server",
        studio=_NOT_STARTED,
    )


def _died(container: Container, seconds: float) -> CheckResult:
    last = last_line(container.logs()) or "no output"
    return _failed(
        f"the server ended after {seconds:.1f} s: {last}",
        "make ENTRYPOINT and CMD a server that keeps running as Studio's user with an empty home",
        studio=_NOT_STARTED,
    )


def _wrong(
    container: Container, app: App, answers: dict[str, Answer], seconds: float
) -> CheckResult:
    if answers:
        path, answer = next(iter(answers.items()))
        found = f"GET {path} on {PORT} answers {answer.status}{_MEANS.get(answer.status, '')}"
        return _failed(found, f"serve {app.base} on {PORT}, without a token")
    ports = _ports(container)
    if ports and PORT not in ports:
        others = ", ".join(map(str, sorted(ports)))
        found = f"nothing listens on {PORT}; the server listens on {others}"
        return _failed(found, f"start the server on port {PORT}")
    found = f"GET {app.health[0]} on {PORT}: no answer within {seconds:.0f} s"
    last = last_line(container.logs())
    return _failed(
        found + (f"; the last line: {last}" if last else ""),
        f"serve it on 0.0.0.0:{PORT}, and leave slow work out of the start script",
    )


def _failed(found: str, change: str, *, studio: str = _UNHEALTHY) -> CheckResult:
    return CheckResult("health", False, found, studio, change)


def bash(container: Container) -> CheckResult:
    """Check bash, which the later checks need."""
    asked = container.execute(["bash", "-c", "exit 0"])
    return CheckResult(
        "bash",
        asked.code == 0,
        "is installed" if asked.code == 0 else f"is missing, or does not run: {asked.last_line}",
        "terminals that stay empty, and lifecycle scripts that fail the app's start",
        "install bash in the Dockerfile",
    )


def unreached(*names: str, why: str = "the server is not up") -> Iterator[CheckResult]:
    """The results of checks that need the server."""
    for name in names:
        yield CheckResult(name, None, why)


def _ports(container: Container) -> dict[int, bool]:
    """The open TCP ports, and whether each is open only on loopback, unreachable for Studio."""
    text = container.execute(["cat", "/proc/net/tcp", "/proc/net/tcp6"]).output
    found: dict[int, bool] = {}
    for row in map(str.split, text.splitlines()):
        if len(row) > 3 and row[3] == _LISTEN:
            address, _, port = row[1].rpartition(":")
            number = int(port, 16)
            found[number] = found.get(number, True) and address in _LOOPBACKS
    return found


def _packets_without_route(container: Container) -> int:
    """The number of packets without a route; 0 if it is not known.

    The kernel counts them for each network namespace (RFC 4293, ipSystemStatsOutNoRoutes).
    """
    text = container.execute(["cat", "/proc/net/snmp", "/proc/net/snmp6"]).output
    rows = [line.split() for line in text.splitlines()]
    count = sum(int(row[1]) for row in rows if len(row) == 2 and row[0] == f"Ip6{_NO_ROUTE}")
    for names, values in pairwise(rows):
        if names[:1] == ["Ip:"] and values[:1] == ["Ip:"] and _NO_ROUTE in names:
            count += int(values[names.index(_NO_ROUTE)])
    return count
