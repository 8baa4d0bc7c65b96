"""The emulator as a server on loopback: `with Emulator(speed=100) as aws: ...`."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, Never, Self

import boto3
from botocore.config import Config
from cheroot.wsgi import Server

from studio_emulator import crash, state
from studio_emulator.app import Application
from studio_emulator.errors import UsageError
from studio_emulator.faults import Faults
from studio_emulator.inventory import Item
from studio_emulator.lock import LOCK
from studio_emulator.options import Options
from studio_emulator.ports import HOST, check_port
from studio_emulator.sessions.channel import ChannelServer
from studio_emulator.state import Saved

_IDLE_SECONDS = 600


class Emulator:
    """An emulated AWS with a new account; one per process, because moto's state is global.

    port: 0 for any free port. options: see `Options`. UsageError for a bad option, a port in use,
    or a second emulator in the process.
    """

    _running: ClassVar[Emulator | None] = None

    def __init__(self, *, port: int = 0, **options: Any) -> None:
        self.options = Options()
        self.options.update(options)
        self._port = port
        self._application = Application(options=self.options)
        self._channels = ChannelServer(self._application.clock)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._clients: dict[tuple[object, ...], Any] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def start(self) -> None:
        """Serve in a thread; returns when the server accepts connections."""
        if Emulator._running is not None:
            raise UsageError("an emulator already runs in this process")
        server = _listening(self._port, self._application)
        state.reset()
        self._port = server.bind_addr[1]
        self._serve(server)
        Emulator._running = self

    def _serve(self, server: Server) -> None:
        self._server = server
        self._application.endpoint_url = self.endpoint_url
        self._application.channel_url = self._channels.start()
        self._thread = threading.Thread(target=server.serve, daemon=True)
        self._thread.start()

    def allow_kill(self, afterwards: Callable[[], object]) -> None:
        """Let the fault `die` kill this process.

        A fork serves on the same port, without the sessions, calls ``afterwards``, and exits.
        """

        def successor(seconds: float) -> None:
            time.sleep(seconds)
            self._channels = ChannelServer(self._application.clock)
            self._serve(_listening(self._port, self._application))
            afterwards()

        def die(seconds: float) -> Never:
            crash.crash(lambda: successor(seconds))

        self._application.die = die
        self.faults.can_kill = True

    def close(self) -> None:
        """Stop the server and delete all resources."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        self._channels.close()
        self._server = self._thread = None
        Emulator._running = None
        state.reset()

    @property
    def faults(self) -> Faults:
        """The faults that are injected; `faults.set({})` removes all."""
        return self._application.faults

    @property
    def endpoint_url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def environment(self) -> dict[str, str]:
        """Environment variables that make boto3, the AWS CLI and Terraform use this emulator."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_SESSION_TOKEN": "",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": f"{HOST},localhost",
            "no_proxy": f"{HOST},localhost",
        }

    def client(
        self, service: str, *, region: str = "us-east-1", config: Config | None = None
    ) -> Any:
        """A boto3 client of this emulator, regardless of the environment; the same each time."""
        settings = self.environment()
        key = (service, region, config, self.endpoint_url)
        if key not in self._clients:
            self._clients[key] = _session().client(
                service,
                region_name=region,
                config=config,
                endpoint_url=self.endpoint_url,
                aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
            )
        return self._clients[key]

    def inventory(self) -> list[Item]:
        """The resources that a new account does not have, sorted."""
        with LOCK:
            return state.inventory()

    def save(self) -> Saved:
        """All resources, for `restore`; `state.save` lists the exceptions."""
        with LOCK:
            return state.save()

    def restore(self, saved: Saved) -> None:
        """Replace all resources by saved ones; the options stay."""
        with LOCK:
            state.restore(saved)

    def reset(self) -> None:
        """Start a new account; the options stay."""
        with LOCK:
            state.reset()


@cache
def _session() -> boto3.session.Session:
    """One session, which caches the models that it loads."""
    return boto3.session.Session()


def _listening(port: int, application: Application) -> Server:
    def with_path_as_sent(environ: dict[str, Any], start_response: Any) -> Any:
        # werkzeug's server sets RAW_URI, and moto reads it.
        environ["RAW_URI"] = environ["REQUEST_URI"]
        return application(environ, start_response)

    # werkzeug's server closes each connection, and a client sometimes loses the response.
    server = Server(
        (HOST, port),
        with_path_as_sent,
        numthreads=16,
        request_queue_size=128,
        timeout=_IDLE_SECONDS,
    )
    server.keep_alive_conn_limit = 10_000
    check_port(port)  # cheroot hides why it cannot use a port
    server.prepare()
    # For the process that serves on this port after the fault `die`.
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return server
