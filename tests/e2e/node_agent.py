"""The agent that ssh-helper's start script runs in an app."""

import os
import shlex
import subprocess
import sys
import threading
from typing import Any, Self

from tests.commands import write_program
from tests.e2e.small_studio import SmallStudio
from tests.e2e.sshd import Sshd, tell

# Boto3 takes a second of processor time in each process. The emulator checks no signatures.
AWS = """\
import os, sys
from urllib.request import Request, urlopen
match sys.argv[1:]:
    case ["s3", "cp", source, folder]:
        where = source.removeprefix("s3://")
        scope = os.environ["AWS_ACCESS_KEY_ID"] + "/20260101/us-east-1/s3/aws4_request"
        signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        url = os.environ["AWS_ENDPOINT_URL"] + "/" + where
        body = urlopen(Request(url, headers={"Authorization": signed})).read()
        open(folder + where.rpartition("/")[2], "wb").write(body)
    case words:
        sys.exit(f"unexpected: {words}")
"""


class NodeAgent:
    """Registers the user's running app as a node, and runs the commands of Systems Manager.

    Runs commands in a shell, with the folder of ``sshd`` for /etc/ssh. wrong_host_keys: return the
    host keys of another sshd. before: runs before each command.
    """

    def __init__(self, studio: SmallStudio, sshd: Sshd, *, owner: str) -> None:
        self.wrong_host_keys = False
        self.before = ""
        self._studio = studio
        self._owner = owner
        self._sshd = sshd
        self._etc = sshd.authorized_keys.parent
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._app = ""
        # A command in this process can replace the environment while the thread runs.
        self._path = os.pathsep.join([str(self._etc / "bin"), os.environ["PATH"]])

    def __enter__(self) -> Self:
        (self._etc / "ssh_host_ed25519_key.pub").write_text(self._sshd.host_key + " host\n")
        write_program(self._etc / "bin" / "aws", f"#!{sys.executable}\n{AWS}")
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.wait(0.5):
            app = self._studio.app(self._owner)
            if app is not None and app["Status"] == "InService":
                self._register(app)
            for sent in tell(self._studio.aws.endpoint_url, "commands"):
                self._run(sent)

    def _register(self, app: Any) -> None:
        started = f"{app['AppArn']} {app['CreationTime']}"
        if started != self._app:
            self._app = started
            self._sshd.register(
                self._studio.ssm,
                role=self._studio.node_role,
                owner=self._owner,
                resource_arn=app["AppArn"],
            )

    def _run(self, sent: Any) -> None:
        script = "\n".join([self.before, *sent["parameters"]["commands"]])
        script = script.replace("/etc/ssh", shlex.quote(str(self._etc)))
        finished = subprocess.run(
            ["sh", "-c", script],
            env={**self._studio.aws.environment(), "PATH": self._path},
            capture_output=True,
            text=True,
            check=False,
        )
        output = finished.stdout
        if self.wrong_host_keys:
            output = output.replace("AAAA", "AAAB")
        answer = {"output": output, "error": finished.stderr, "exit_code": finished.returncode}
        url = self._studio.aws.endpoint_url
        tell(url, "nodes", {"id": sent["node"], "command": sent["command"], **answer})
