"""EC2's DryRun: what a request would return, without a change."""

import os
import pickle
from collections.abc import Callable

from studio_emulator.errors import AwsError
from studio_emulator.lock import fork
from studio_emulator.wsgi import Environ, Reply, edited, with_body

_FLAG = {"DryRun"}


def run(send: Callable[[Environ], Reply], environ: Environ) -> Reply:
    """The request's error without DryRun; AwsError DryRunOperation if it would succeed.

    A fork sends the request, because moto's resources cannot be copied.
    """
    body = edited(environ["wsgi.input"].getvalue().decode(), _FLAG, {})
    query = edited(environ.get("QUERY_STRING", ""), _FLAG, {})
    real = with_body(environ, body.encode()) | {"QUERY_STRING": query}
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
