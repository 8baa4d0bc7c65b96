"""Whether a connection starts an app, waits for one or uses it; what an hour of it costs."""

from collections.abc import Iterator

from catalog.instances import USD_PER_HOUR
from studio.aws.apps import start_app
from studio.aws.client import Aws
from studio.aws.domain_resources import find_domain
from studio.aws.spaces import Space, require_space
from studio.connect.request import ConnectRequest, Step


def find_space(aws: Aws, name: str, user: str) -> Space:
    """The user's space in the deployment with this name. Raises UserError."""
    return require_space(aws, domain_id=find_domain(aws, name), user=user)


def app_steps(request: ConnectRequest, *, ssh_helper: bool = False) -> Iterator[Step]:
    """The remaining steps until the app is InService.

    A running one is kept, also on another instance type: its kernels have unsaved results.
    ssh_helper: start it with the owner's lifecycle configuration.
    """
    app = request.app()
    if app is not None and app.status == "InService":
        return
    pending = app is not None and app.status == "Pending"
    yield Step(
        f"{'wait for' if pending else 'start'} {request.space.app_type} ({price(request)})",
        lambda: start_app(request.aws, request.space, request.report, ssh_helper=ssh_helper),
        starts_app=not pending,
    )


def price(request: ConnectRequest) -> str:
    """The instance type and its price for an hour."""
    instance = request.instance_type()
    if (usd := USD_PER_HOUR.get(instance)) is None:
        return f"{instance}, price: aws.amazon.com/sagemaker/ai/pricing"
    return f"{instance}, {usd:g} USD an hour in us-east-1"
