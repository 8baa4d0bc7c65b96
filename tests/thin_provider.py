"""A proxy of the AWS provider with only the types of the tests in its schema.

It forwards every call to the provider, but removes the other 1,900 types from the schema: Terraform
uses nine tenths of its processor time to read them. All processes with the same schema file read
the schema once, and no configuration is validated twice, because these calls take half of the
processor time of the provider.

If Terraform starts it, as the provider that `terraform init` installed, it prints the handshake of
go-plugin without TLS (TF_DISABLE_PLUGIN_TLS) and ends with Terraform. Otherwise it prints the line
of the provider for TF_REATTACH_PROVIDERS, with its own address.
"""

import argparse
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import grpc

_SCHEMA = "/tfplugin5.Provider/GetSchema"
# The responses to these calls depend only on the request.
_PURE = frozenset(
    f"/tfplugin5.Provider/{name}"
    for name in (
        "PrepareProviderConfig",
        "ValidateResourceTypeConfig",
        "ValidateDataSourceConfig",
    )
)
# The fields with the schemas of resources and of data sources; source: hashicorp/terraform,
# docs/plugin-protocol/tfplugin5.proto.
_BY_NAME = (2, 3)
_UNBOUNDED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_CALLS_AT_ONCE = 64
_SHUTDOWN = "/plugin.GRPCController/Shutdown"
# hashicorp/terraform, internal/plugin/serve.go and go-plugin's handshake: version of go-plugin,
# version of the protocol, network, address, protocol.
STARTED_BY_TERRAFORM = "TF_PLUGIN_MAGIC_COOKIE"
_HANDSHAKE = "1|5|unix|{}|grpc"
_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)


class Thin(grpc.GenericRpcHandler):
    """Forwards calls to the provider at an address.

    types: the types in the schema. schema: the file with the schema, which the first one writes.
    """

    def __init__(self, address: str, types: frozenset[str], schema: Path) -> None:
        self._channel = grpc.insecure_channel(address, options=_UNBOUNDED)
        if not schema.exists():
            part = schema.with_suffix(f".{os.getpid()}")
            part.write_bytes(_thinned(self._asked(_SCHEMA)(b""), types))
            part.rename(schema)
        self._schema = schema.read_bytes()
        self._answers: dict[tuple[str, bytes], bytes] = {}
        self.over = threading.Event()

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[bytes, bytes] | None":
        """Forward the calls of Terraform, and handle the shutdown call of go-plugin."""
        if handler_call_details.method == _SHUTDOWN:
            return grpc.unary_unary_rpc_method_handler(self._shut_down)
        if not handler_call_details.method.startswith("/tfplugin5."):
            return None
        return grpc.unary_unary_rpc_method_handler(partial(self._call, handler_call_details.method))

    def _shut_down(self, _: bytes, __: grpc.ServicerContext) -> bytes:
        self.over.set()
        return b""

    def _call(self, method: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        if method == _SCHEMA:
            return self._schema
        if (method, request) in self._answers:
            return self._answers[method, request]
        try:
            answer = self._asked(method)(request)
            if method in _PURE:
                self._answers[method, request] = answer
            return answer
        except grpc.RpcError as error:
            context.abort(error.code(), error.details() or "")

    def _asked(self, method: str) -> "grpc.UnaryUnaryMultiCallable[bytes, bytes]":
        return self._channel.unary_unary(method)


def _thinned(schema: bytes, types: frozenset[str]) -> bytes:
    """The message without the schemas of all other types."""
    kept = []
    for number, whole, content in _fields(schema):
        if number in _BY_NAME:
            _, _, name = next(_fields(content))
            if name.decode() not in types:
                continue
        kept.append(whole)
    return b"".join(kept)


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, bytes and content of each field; all are of protobuf's wire type 2."""
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        if key & 7 != 2:
            raise ValueError(f"a field of type {key & 7} in the provider's schema")
        length, at = _varint(message, at)
        yield key >> 3, message[start : at + length], message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            return value, at


def _end_with_terraform() -> None:
    """Kill this process when its parent ends, even by SIGKILL."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def main() -> None:
    """Start the provider, and serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("schema", type=Path)
    parser.add_argument("types", nargs="+")
    args = parser.parse_args()
    alone = STARTED_BY_TERRAFORM in os.environ
    if alone:
        # Terraform ends its provider after an interrupt.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    provider = subprocess.Popen(
        [args.binary, "-debug"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if alone else None,
        text=True,
        preexec_fn=_end_with_terraform if alone else None,
    )
    assert provider.stdout is not None
    with provider, tempfile.TemporaryDirectory(prefix="thin-") as folder:
        lines = (re.search(r"TF_REATTACH_PROVIDERS='(.*)'", line) for line in provider.stdout)
        found = next(filter(None, lines), None)
        if found is None:
            sys.exit("the provider ended before it printed its address")
        ((name, reattach),) = json.loads(found[1]).items()
        socket = f"{folder}/provider"
        server = grpc.server(ThreadPoolExecutor(_CALLS_AT_ONCE), options=_UNBOUNDED)
        thin = Thin(f"unix:{reattach['Addr']['String']}", frozenset(args.types), args.schema)
        server.add_generic_rpc_handlers([thin])
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        if alone:
            print(_HANDSHAKE.format(socket), flush=True)
            terraform = os.getppid()
            while os.getppid() == terraform and not thin.over.wait(1):
                pass
            server.stop(None)
            provider.kill()
            return
        own = {**reattach, "Addr": {"Network": "unix", "String": socket}}
        print(f"TF_REATTACH_PROVIDERS='{json.dumps({name: own})}'", flush=True)
        server.wait_for_termination()


if __name__ == "__main__":
    main()
