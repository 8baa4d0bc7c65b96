"""The parameters and the steps of a run of `studio connect`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from catalog.names import Plugin
from settings import ConnectMethod, Settings
from studio.aws.client import Aws
from studio.aws.spaces import App, Space, app_of, default_instance
from studio.connect.ssh_config import SshPaths
from studio.console.reports import Report


class Step(NamedTuple):
    """A step: ``description`` in the imperative.

    preview: what the step would write, for --dry-run. starts_app: whether the step starts billing.
    """

    description: str
    run: Callable[[], object]
    preview: Callable[[], str] = lambda: ""
    starts_app: bool = False


@dataclass(frozen=True, kw_only=True)
class ConnectRequest:
    """A space and how to connect to it.

    login: the name of the operating system's user in the app.
    """

    settings: Settings
    paths: SshPaths
    aws: Aws
    space: Space
    method: ConnectMethod
    login: str
    plugin: Plugin
    report: Report

    @property
    def user(self) -> str:
        return self.paths.user

    @property
    def region(self) -> str:
        return self.space.region

    @property
    def partition(self) -> str:
        return self.space.arn.split(":")[1]

    @property
    def account(self) -> str:
        return self.space.arn.split(":")[4]

    def app(self) -> App | None:
        """The app of the space, unless AWS is deleting it. Raises UserError."""
        app = app_of(self.aws, self.space)
        return None if app is None or app.status == "Deleting" else app

    def instance_type(self) -> str:
        """The instance type of the running app, or of the app that the next step starts."""
        app = self.app()
        if app is not None:
            return app.instance_type
        return self.space.instance_type or default_instance(self.aws, self.space)
