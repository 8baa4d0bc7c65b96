"""What one run of `studio connect` is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from catalog.names import Plugin
from settings import ConnectMethod, Settings
from studio.aws.client import Aws
from studio.aws.spaces import App, Space, app_of
from studio.connect.ssh_config import SshPaths
from studio.console.reports import Report


class Step(NamedTuple):
    """A step: ``description`` in the imperative.

    preview: what the step would write, for --dry-run. starts_app: whether billing starts with it.
    """

    description: str
    run: Callable[[], object]
    preview: Callable[[], str] = lambda: ""
    starts_app: bool = False


@dataclass(frozen=True, kw_only=True)
class ConnectRequest:
    """A user's space, and the method that reaches it.

    login: the user's name in the app. plugin: what carries the sessions.
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
        """The partition of AWS that the space is in."""
        return self.space.arn.split(":")[1]

    @property
    def account(self) -> str:
        """The account that the space is in."""
        return self.space.arn.split(":")[4]

    @property
    def profile(self) -> str | None:
        """AWS_PROFILE of this environment; the one that ssh starts in later may lack it."""
        return self.aws.profile

    def app(self) -> App | None:
        """The app that runs in the space now. Raises UserError."""
        return app_of(self.aws, self.space)

    def instance_type(self) -> str:
        """Of the app that runs, else of the one that the next step would start."""
        app = self.app()
        if app is not None:
            return app.instance_type
        return self.space.instance_type or self.settings.space(self.user).instance_type
