"""EC2's DryRun: what a request would return, without a change."""

import os
import pickle
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from studio_emulator.errors import AwsError
from studio_emulator.lock import fork
from studio_emulator.wsgi import Environ, Reply, with_body

_FLAG = "DryRun"


def run(send: Callable[[Environ], Reply], environ: Environ) -> Reply:
    """The request's error without DryRun; AwsError DryRunOperation if it would succeed.

    A fork sends the request, because moto's resources cannot be copied.
    """
    real = _without_flag(environ)
    read, write = os.pipe()
    child = fork()
    if child == 0:
        try:
            with os.fdopen(write, "wb") as pipe:
                pickle.dump(send(real), pipe)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        written = pipe.read()
    os.waitpid(child, 0)
    reply: Reply = pickle.loads(written)  # noqa: S301 - our own fork wrote it
    if reply.status < 300:
        message = "Request would have succeeded, but DryRun flag is set."
        raise AwsError("DryRunOperation", message, 412)
    return reply


def _without_flag(environ: Environ) -> Environ:
    sent = parse_qsl(environ["wsgi.input"].getvalue().decode(), keep_blank_values=True)
    body = urlencode([(name, value) for name, value in sent if name != _FLAG]).encode()
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    rest = urlencode([(name, value) for name, value in query if name != _FLAG])
    return with_body(environ, body) | {"QUERY_STRING": rest}
