"""A stand-in for AWS's session-manager-plugin: its arguments, its output, an emulated channel.

    session-manager-plugin ANSWER REGION StartSession [PROFILE REQUEST ENDPOINT]

ANSWER is StartSession's in JSON, or the name of an environment variable that holds it, as newer AWS
CLIs pass it. The channel's bytes are standard input and output, where the real one wraps them in
messages. Like the real one it speaks to people on standard output, before and after the session's
bytes, and its exit code is 0 however a session ended.
https://github.com/aws/session-manager-plugin/blob/mainline/src/sessionmanagerplugin/session/session.go
"""

import json
import os
import signal
import struct
import sys
import threading
import uuid

import websocket

VERSION = "1.2.707.0"
PIECE = 32 * 1024


def main(arguments: list[str]) -> None:
    match arguments:
        case []:
            say(
                "\nThe Session Manager plugin was installed successfully. "
                "Use the AWS CLI to start a session.\n\n"
            )
        case ["--version"]:
            say(f"{VERSION}\n")
        case [answer, _region, "StartSession"]:
            session(answer)
        case [answer, _region, "StartSession", _profile, request, _endpoint]:
            # The real one ends in a panic where the request names no target.
            assert json.loads(request)["Target"]
            session(answer)
        case [_, _, _, *_]:
            say("Invalid Operation")
        case [operation, *_]:
            say(
                f"\nUnknown operation {operation}. \n"
                "Use session-manager-plugin --version to check the version.\n\n"
            )


def session(answer: str) -> None:
    if answer.startswith("AWS_SSM_START_SESSION_RESPONSE"):
        answer = os.environ.pop(answer)
    started = json.loads(answer)
    say(f"\nStarting session with SessionId: {started['SessionId']}\n")
    try:
        channel = websocket.create_connection(started["StreamUrl"], http_no_proxy=["*"])
        channel.send(json.dumps(open_data_channel(started["TokenValue"])))
        threading.Thread(target=from_stdin, args=(channel,), daemon=True).start()
        code, reason = to_stdout(channel)
    except (OSError, websocket.WebSocketException) as failure:
        say(f"Cannot perform start session: {failure}\n")
        return
    if code != websocket.STATUS_NORMAL:
        say(f"Cannot perform start session: websocket: close {code}: {reason}\n")
    elif reason:
        say(f"\n\nSessionId: {started['SessionId']} : {reason}\n\n")
    else:
        say(f"\n\nExiting session with sessionId: {started['SessionId']}.\n\n")


def open_data_channel(token: str) -> dict[str, str]:
    return {
        "MessageSchemaVersion": "1.0",
        "RequestId": str(uuid.uuid4()),
        "TokenValue": token,
        "ClientId": str(uuid.uuid4()),
        "ClientVersion": VERSION,
    }


def from_stdin(channel: websocket.WebSocket) -> None:
    try:
        while piece := os.read(0, PIECE):
            channel.send_binary(piece)
        channel.send_close()
    except (OSError, websocket.WebSocketException):
        return  # to_stdout sees the same end, and says so


def to_stdout(channel: websocket.WebSocket) -> tuple[int, str]:
    """Until the channel is closed; the code and the reason that it was closed with."""
    while True:
        opcode, data = channel.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            code = struct.unpack("!H", data[:2])[0] if data else websocket.STATUS_NORMAL
            return code, data[2:].decode()
        write(data)


def say(words: str) -> None:
    write(words.encode())


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    main(sys.argv[1:])
