"""A deployment's life on a real account, in a thread beside the other claims."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from catalog.names import DEPLOYMENT_TAG, ConnectMethod
from settings.paths import PROJECT
from studio.aws.app_logs import LOG_GROUP
from studio.images.engines import ENGINE, find_engine
from studio.lifecycle import emulated
from tests.conformance import life
from tests.conformance.account import TAG, Account, Unasked
from tests.e2e.client_machine import ClientMachine
from tests.e2e.deployments import Studio

PREFIX = "life-"
UP, NATIVE, PAUSED, HELPER, DOWN = (
    "life-up",
    "life-native",
    "life-paused",
    "life-ssh-helper",
    "life-down",
)
"""The claims, in the order in which a life asks them."""
CLAIMS_OF_A_LIFE = frozenset({UP, NATIVE, PAUSED, HELPER, DOWN})

_FOLDER = PROJECT / ".conformance"
_DENIED = ("AccessDenied", "not authorized to perform")


class _Interruptible(Studio):
    """A deployment whose running command can be interrupted."""

    _running: subprocess.Popen[str] | None = None

    def start(self, *words: str, only_stdout: bool = False) -> subprocess.Popen[str]:
        self._running = super().start(*words, only_stdout=only_stdout)
        return self._running

    def interrupt(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal.SIGINT)

    @property
    def state(self) -> list[Path]:
        return list(self.folder.glob("terraform.*.tfstate"))


class Life:
    """A deployment on the account, from `studio up` to `studio down`, in a thread of its own.

    Its folder stays until nothing is left, so that another process can take it down.
    """

    def __init__(self, account: Account) -> None:
        self.name = f"{PREFIX}{account.run}"
        self._account = account
        self._endings: dict[str, BaseException | None] = {}
        self._stopped = False
        self._thread = threading.Thread(target=self._live)
        self._folder = _FOLDER / self.name

    @cached_property
    def _it(self) -> _Interruptible:
        own = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        credentials = self._account.session.get_credentials().get_frozen_credentials()
        chosen = {
            "AWS_REGION": self._account.region,
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_SESSION_TOKEN": credentials.token or "",
        }
        # The home directory of the commands is another one, where no profile is found.
        environment = {k: v for k, v in {**own, **chosen}.items() if v and k != "AWS_PROFILE"}
        aws = emulated.EmulatedAws(url=own.get("AWS_ENDPOINT_URL", ""), environment=environment)
        if (self._folder / "image").is_dir():
            return _Interruptible(folder=self._folder, aws=aws, as_a_person=True)
        it = _Interruptible.in_folder(self._folder, aws)
        it.as_a_person = True
        return it

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Lives while the block runs, and to its end after it; `stop` ends it earlier."""
        self._thread.start()
        try:
            yield
        except BaseException:
            self.stop()
            raise
        finally:
            self._thread.join()

    def stop(self) -> None:
        """Take no further step but the last one, which takes the deployment down."""
        self._stopped = True
        self._it.interrupt()

    def ask(self, claim: str) -> None:
        """Wait for that step; raises what it ended with, Unasked where it was not taken."""
        while claim not in self._endings and self._thread.is_alive():
            self._thread.join(timeout=self._account.pause)
        if (error := self._endings.get(claim, Unasked("the life ended before"))) is not None:
            raise error

    def clean(self) -> None:
        """Take down what another process left."""
        if not self._it.state:
            self._configure()
            self._it.run("studio", "state", "adopt", "--out", str(self._it.out))
        self._down()

    def _live(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            UP: self._up,
            NATIVE: self._reach_natively,
            PAUSED: self._pause,
            HELPER: self._reach_by_ssh_helper,
            DOWN: self._down,
        }
        for claim, step in steps.items():
            if claim != DOWN and (self._stopped or self._endings.get(UP) is not None):
                continue
            try:
                step()
                self._endings[claim] = None
            except BaseException as error:
                denied = next((word for word in _DENIED if word in str(error)), None)
                self._endings[claim] = Unasked(f"AWS answered {denied}") if denied else error

    def _up(self) -> None:
        self._configure()
        life.deploy(self._it)

    def _configure(self) -> None:
        top = [
            f'name = "{self.name}"',
            f'region = "{self._account.region}"',
            f'tags = {{ {TAG} = "{self.name}" }}',
            "network.endpoint_zones = 1",
        ]
        more = {"users.alice": 'space.image = "SageMaker"\nspace.instance_type = "ml.t3.large"'}
        users = ["alice"]
        if _without_ssh_helper(self._account) is None:
            more["image.tiny"] = "[image.slim]\nenabled = true"
            more["users.bob"] = 'connect = "ssh-helper"\nspace.image = "slim"'
            users.append("bob")
            if not (slim := self._folder / "image" / "slim").exists():
                shutil.copytree(PROJECT / "image" / "slim", slim)
        self._it.configure(users=users, image=False, more=more, top="\n".join(top))

    def _reach_natively(self) -> None:
        life.reach(self._client("alice"), ConnectMethod.NATIVE)

    def _pause(self) -> None:
        ec2 = self._account.client("ec2")
        life.pause(self._it, ec2, self.name)
        life.resume(self._it, ec2, self.name)
        self._it.assert_nothing_to_do()

    def _reach_by_ssh_helper(self) -> None:
        if (reason := _without_ssh_helper(self._account)) is not None:
            raise Unasked(reason)
        life.reach(self._client("bob"), ConnectMethod.SSH_HELPER)

    def _down(self) -> None:
        logs, streams = self._account.client("logs"), self._streams()
        life.take_down(self._it, self._account.client, self.name)
        for stream in streams:
            logs.delete_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
        shutil.rmtree(self._folder)

    def _streams(self) -> list[str]:
        """The logs of its apps, which SageMaker keeps."""
        domains = self._account.client("sagemaker").list_domains()["Domains"]
        logs = self._account.client("logs")
        try:
            return [
                stream["logStreamName"]
                for domain in domains
                if domain["DomainName"] == self.name
                for page in logs.get_paginator("describe_log_streams").paginate(
                    logGroupName=LOG_GROUP, logStreamNamePrefix=f"{domain['DomainId']}/"
                )
                for stream in page["logStreams"]
            ]
        except logs.exceptions.ResourceNotFoundException:
            return []

    def _client(self, user: str) -> ClientMachine:
        return ClientMachine(
            home=self._folder / f"home-of-{user}",
            user=user,
            login="sagemaker-user",
            deployment=self.name,
            path=(),
            variables={
                **self._it.aws.environment,
                "STUDIO_CONFIG": str(self._folder / "studio.toml"),
                "STUDIO_IMAGES": str(self._folder / "image"),
            },
        )


def is_left(account: Account) -> bool:
    """Whether a life of this run was not taken down, as its folder or the account says."""
    name = f"{PREFIX}{account.run}"
    return (_FOLDER / name).exists() or bool(life.standing(account.client, name))


def earlier(account: Account) -> list[str]:
    """The names of lives that stand in the account."""
    ec2 = account.client("ec2")
    of = [{"Name": f"tag:{DEPLOYMENT_TAG}", "Values": [f"{PREFIX}*"]}]
    found = [
        tag["Value"]
        for vpc in ec2.describe_vpcs(Filters=of)["Vpcs"]
        for tag in vpc["Tags"]
        if tag["Key"] == DEPLOYMENT_TAG
    ]
    domains = account.client("sagemaker").list_domains()["Domains"]
    found += [each["DomainName"] for each in domains if each["DomainName"].startswith(PREFIX)]
    return sorted(set(found))


def _without_ssh_helper(account: Account) -> str | None:
    """Why nobody can connect by ssh-helper; None where it can be tried."""
    if account.emulated:
        return "the start script of an image does not run on the emulated AWS"
    if find_engine(os.environ.get(ENGINE)) is None:
        return "no container engine here builds the image"
    tier = account.client("ssm").get_service_setting(
        SettingId="/ssm/managed-instance/activation-tier"
    )["ServiceSetting"]["SettingValue"]
    if tier != "advanced":
        return (
            "the account has the standard tier of managed instances, and a run does not change it"
        )
    return None
