"""A stand-in for AWS's session-manager-plugin: its arguments and its output.

    session-manager-plugin ANSWER REGION StartSession [PROFILE REQUEST ENDPOINT]

ANSWER is StartSession's in JSON, or the name of an environment variable that holds it, as newer AWS
CLIs pass it. Like the real one it speaks to people on standard output, before and after the
session's bytes, and its exit code is 0 however a session ended.
https://github.com/aws/session-manager-plugin/blob/mainline/src/sessionmanagerplugin/session/session.go
"""

import json
import os
import signal
import sys

from studio.connect.data_channel import DataChannel, SessionRefused

VERSION = "1.2.707.0"


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
        why = DataChannel(started).run(0, 1)
    except SessionRefused as refused:
        say(f"Cannot perform start session: {refused}\n")
        return
    if why:
        say(f"\n\nSessionId: {started['SessionId']} : {why}\n\n")
    else:
        say(f"\n\nExiting session with sessionId: {started['SessionId']}.\n\n")


def say(words: str) -> None:
    write(words.encode())


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    main(sys.argv[1:])
