"""A deployment on the account, in a thread parallel to the other checks."""

import os
import re
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
from studio.aws.apps import LOG_GROUP
from studio.images.engines import ENGINE, find_engine
from studio.lifecycle import emulated
from tests.conformance import deployment_steps as steps
from tests.conformance.account import RUN_ID, TAG, Account, NotChecked
from tests.e2e.client_machine import ClientMachine
from tests.e2e.deployments import Studio

PREFIX = "conform-"
"""Not that of ``Account``, which deletes all of its resources while the deployment runs."""
UP, NATIVE, PAUSED, HELPER, DOWN = CLAIMS_OF_A_DEPLOYMENT = (
    "deployment-up",
    "deployment-native",
    "deployment-paused",
    "deployment-ssh-helper",
    "deployment-down",
)
"""The claims, in the order of their checks."""

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


class CheckedDeployment:
    """A deployment from `studio up` to `studio down`, in its own thread.

    Its folder remains until all resources are deleted, so that another process can delete them.
    """

    def __init__(self, account: Account) -> None:
        self.name = f"{PREFIX}{account.run_id}"
        self._account = account
        self._results: dict[str, BaseException | None] = {}
        self._stopped = False
        self._thread = threading.Thread(target=self._run)
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
        # The commands have another home directory, without profiles.
        environment = {k: v for k, v in {**own, **chosen}.items() if v and k != "AWS_PROFILE"}
        aws = emulated.EmulatedAws(url=own.get("AWS_ENDPOINT_URL", ""), environment=environment)
        if (self._folder / "image").is_dir():
            return _Interruptible(folder=self._folder, aws=aws, own_process=True)
        it = _Interruptible.in_folder(self._folder, aws)
        it.own_process = True
        return it

    @contextmanager
    def in_background(self) -> Iterator[None]:
        """Start the thread, and wait for its end after the block."""
        self._thread.start()
        try:
            yield
        except BaseException:
            self.stop()
            raise
        finally:
            self._thread.join()

    def stop(self) -> None:
        """Skip all remaining steps except `studio down`."""
        self._stopped = True
        self._it.interrupt()

    def wait_for(self, claim: str) -> None:
        """Wait for the step of a claim. Raises its error, or NotChecked if it was skipped."""
        while claim not in self._results and self._thread.is_alive():
            self._thread.join(timeout=self._account.poll_seconds)
        error = self._results.get(claim, NotChecked("the deployment ended before"))
        if error is not None:
            raise error

    def delete(self) -> None:
        """Delete the deployment of another process."""
        if not self._it.state:
            self._configure()
            self._it.studio("state", "adopt")
        self._down()

    def _run(self) -> None:
        checks: dict[str, Callable[[], None]] = {
            UP: self._up,
            NATIVE: self._connect_natively,
            PAUSED: self._pause,
            HELPER: self._connect_by_ssh_helper,
            DOWN: self._down,
        }
        for claim, check in checks.items():
            if claim != DOWN and (self._stopped or self._results.get(UP) is not None):
                continue
            try:
                check()
                self._results[claim] = None
            except BaseException as error:
                denied = next((word for word in _DENIED if word in str(error)), None)
                self._results[claim] = NotChecked(f"AWS returned {denied}") if denied else error

    def _up(self) -> None:
        self._configure()
        steps.deploy(self._it)

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

    def _connect_natively(self) -> None:
        steps.connect(self._client("alice"), ConnectMethod.NATIVE)

    def _pause(self) -> None:
        ec2 = self._account.client("ec2")
        steps.pause(self._it, ec2, self.name)
        steps.resume(self._it, ec2, self.name)
        self._it.assert_nothing_to_do()

    def _connect_by_ssh_helper(self) -> None:
        if (reason := _without_ssh_helper(self._account)) is not None:
            raise NotChecked(reason)
        steps.connect(self._client("bob"), ConnectMethod.SSH_HELPER)

    def _down(self) -> None:
        logs, streams = self._account.client("logs"), self._log_streams()
        steps.down(self._it, self._account.client, self.name)
        for stream in streams:
            logs.delete_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
        shutil.rmtree(self._folder)

    def _log_streams(self) -> list[str]:
        """The log streams of its apps, which SageMaker does not delete."""
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
            own_process=True,
            variables={
                **self._it.aws.environment,
                "STUDIO_CONFIG": str(self._folder / "studio.toml"),
                "STUDIO_IMAGES": str(self._folder / "image"),
            },
        )


def exists(account: Account) -> bool:
    """Whether the folder or a resource of the run's deployment exists."""
    name = f"{PREFIX}{account.run_id}"
    return (_FOLDER / name).exists() or bool(steps.remaining_resources(account.client, name))


def existing_deployments(account: Account) -> list[str]:
    """The names of the deployments of earlier runs in the account."""
    ec2 = account.client("ec2")
    of = [{"Name": f"tag:{DEPLOYMENT_TAG}", "Values": [f"{PREFIX}*"]}]
    found = [
        tag["Value"]
        for vpc in ec2.describe_vpcs(Filters=of)["Vpcs"]
        for tag in vpc["Tags"]
        if tag["Key"] == DEPLOYMENT_TAG
    ]
    domains = account.client("sagemaker").list_domains()["Domains"]
    found += [each["DomainName"] for each in domains]
    return sorted({name for name in found if re.fullmatch(PREFIX + RUN_ID, name)})


def _without_ssh_helper(account: Account) -> str | None:
    """Why no user can connect through ssh-helper; None if one can."""
    if account.emulated:
        return "the start script of an image does not run on the emulated AWS"
    if find_engine(os.environ.get(ENGINE)) is None:
        return "no container engine is installed"
    tier = account.client("ssm").get_service_setting(
        SettingId="/ssm/managed-instance/activation-tier"
    )["ServiceSetting"]["SettingValue"]
    if tier != "advanced":
        return "the account has the standard tier of managed nodes, and the run does not change it"
    return None
