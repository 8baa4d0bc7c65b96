"""A stand-in for AWS's session-manager-plugin: its arguments and its output.

    session-manager-plugin ANSWER REGION StartSession [PROFILE REQUEST ENDPOINT]

ANSWER is the response of StartSession in JSON, or the name of its environment variable, which newer
versions of the AWS CLI use. Like the plugin, it prints messages to standard output before and after
the session's bytes, and always exits with 0.
https://github.com/aws/session-manager-plugin/blob/mainline/src/sessionmanagerplugin/session/session.go
"""

import json
import os
import signal
import sys

from studio.connect.data_channel import DataChannel, SessionRefused


def main(arguments: list[str]) -> None:
    match arguments:
        case []:
            print_text(
                "\nThe Session Manager plugin was installed successfully. "
                "Use the AWS CLI to start a session.\n\n"
            )
        case ["--version"]:
            print_text("1.2.707.0\n")
        case [answer, _region, "StartSession"]:
            session(answer)
        case [answer, _region, "StartSession", _profile, request, _endpoint]:
            # The plugin panics without a target.
            assert json.loads(request)["Target"]
            session(answer)
        case words:
            sys.exit(f"unexpected: {words}")


def session(answer: str) -> None:
    if answer.startswith("AWS_SSM_START_SESSION_RESPONSE"):
        answer = os.environ.pop(answer)
    started = json.loads(answer)
    print_text(f"\nStarting session with SessionId: {started['SessionId']}\n")
    try:
        reason = DataChannel(started).run(0, 1)
    except SessionRefused as refused:
        print_text(f"Cannot perform start session: {refused}\n")
        return
    if reason:
        print_text(f"\n\nSessionId: {started['SessionId']} : {reason}\n\n")
    else:
        print_text(f"\n\nExiting session with sessionId: {started['SessionId']}.\n\n")


def print_text(text: str) -> None:
    write(text.encode())


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    main(sys.argv[1:])
