"""What one run of `studio connect` is asked for, and the steps that it consists of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from catalog.instances import INSTANCES
from catalog.names import Plugin
from settings import ConnectMethod, Settings
from studio.aws.apps import start_app
from studio.aws.client import Aws
from studio.aws.domains import find_domain
from studio.aws.spaces import App, Space, app_of, require_space
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

    def app_steps(self, *, ssh_helper: bool = False) -> Iterator[Step]:
        """What is left until the app is InService; ssh_helper: as for ``start_app``."""
        app = self.app()
        if app is not None and app.status == "InService":
            return
        pending = app is not None and app.status == "Pending"
        yield Step(
            f"{'wait for' if pending else 'start'} {self.space.app_type} ({self.price()})",
            lambda: start_app(self.aws, self.space, self.report, ssh_helper=ssh_helper),
            starts_app=not pending,
        )

    def price(self) -> str:
        """What an hour of the app costs, as a person reads it."""
        instance = INSTANCES.get(self.instance_type())
        if instance is None or instance.usd_per_hour is None:
            return f"{self.instance_type()}, price: aws.amazon.com/sagemaker/ai/pricing"
        return f"{self.instance_type()}, {instance.usd_per_hour:g} USD an hour in us-east-1"


def find_space(aws: Aws, name: str, user: str) -> Space:
    """The user's space in the deployment of this name. Raises UserError where there is none."""
    return require_space(aws, domain_id=find_domain(aws, name), user=user)
