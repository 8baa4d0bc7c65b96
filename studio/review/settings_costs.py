"""`studio cost`: what the settings cost a day; an unknown price is not in a sum; savings.

Prices are for us-east-1, without what AWS bills by size: volumes, homes, images, logs, traffic.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.endpoint_services import BASELINE, FEATURES
from catalog.instances import USD_PER_HOUR
from catalog.names import ConnectMethod, Feature
from catalog.service_prices import ENDPOINT_ZONE_HOUR, NODE_HOUR
from settings import Settings
from studio.review.plan_costs import ENDPOINTS, KEYS

CDK_DEMO_ENDPOINTS, CDK_DEMO_ZONES = 8, 3
"""sjcahill/sagemaker-remote-demo, lib/network: its interface endpoints, and the zones of each."""
CDK_DEMO_USD = CDK_DEMO_ENDPOINTS * CDK_DEMO_ZONES * 24 * ENDPOINT_ZONE_HOUR
INSTANCES_SOURCE = "https://aws.amazon.com/sagemaker/ai/pricing/"
NODES_SOURCE = "https://aws.amazon.com/systems-manager/pricing/"
PRICES_READ = "November 2026"


@dataclass(frozen=True, kw_only=True)
class Item:
    """The cost per day of a resource. part: what needs it. usd: None if the price is unknown."""

    part: str
    name: str
    usd: float | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Saving:
    """The saving per idle day with another setting."""

    setting: str
    usd: float


@dataclass(frozen=True, kw_only=True)
class Day:
    """The cost per day. keys: billed also while paused. apps: billed only while they run."""

    endpoints: tuple[Item, ...]
    keys: tuple[Item, ...]
    apps: tuple[Item, ...]
    savings: tuple[Saving, ...]

    @property
    def idle(self) -> float:
        return total(self.endpoints) + self.paused

    @property
    def paused(self) -> float:
        return total(self.keys)

    @property
    def working(self) -> float:
        """The cost with all apps running all day, without apps of an unknown price."""
        return self.idle + total(self.apps)


def total(items: tuple[Item, ...]) -> float:
    """The sum of the known costs."""
    return sum(item.usd or 0.0 for item in items)


def cost_of_day(settings: Settings) -> Day:
    idle = _idle(settings)
    savings = (
        Saving(setting=setting, usd=round(idle - _idle(changed), 6))
        for setting, changed in _changes(settings)
    )
    return Day(
        endpoints=tuple(_endpoints(settings)),
        keys=tuple(_keys(settings)),
        apps=tuple(_apps(settings)),
        savings=tuple(sorted((one for one in savings if one.usd > 0), key=lambda one: -one.usd)),
    )


def _idle(settings: Settings) -> float:
    return total((*_endpoints(settings), *_keys(settings)))


def _endpoints(settings: Settings) -> Iterator[Item]:
    network = settings.network
    existing = network.existing_endpoints(settings.features)
    zones = len(network.subnet_ids) if network.exists else network.zones
    zones = min(zones, network.endpoint_zones)
    parts = dict.fromkeys(BASELINE, "Studio itself")
    for feature in Feature:
        if feature in settings.features:
            for service in FEATURES[feature]:
                parts.setdefault(service, str(feature))
    for service, part in parts.items():
        if service in existing:
            continue
        yield Item(
            part=part,
            name=f"endpoint {service} in {zones} zone{'' if zones == 1 else 's'}",
            usd=ENDPOINTS.usd_a_day * zones,
            source=ENDPOINTS.source,
        )


def _keys(settings: Settings) -> Iterator[Item]:
    wanted = {
        "KMS key of volumes and homes": settings.domain.kms == "create",
        "KMS key of flow logs": not settings.network.exists
        and settings.network.flow_logs
        and settings.domain.kms != "aws-managed",
    }
    for name, is_wanted in wanted.items():
        if is_wanted:
            yield Item(part="encryption", name=name, usd=KEYS.usd_a_day, source=KEYS.source)


def _apps(settings: Settings) -> Iterator[Item]:
    for user in settings.users:
        type_ = settings.space(user).instance_type
        price = USD_PER_HOUR.get(type_)
        usd = None if price is None else price * 24
        yield Item(part=user, name=type_, usd=usd, source=INSTANCES_SOURCE)
        connects = Feature.CONNECT in settings.features
        if connects and settings.connect(user) is ConnectMethod.SSH_HELPER:
            usd = NODE_HOUR * 24
            yield Item(part=user, name="node of ssh-helper", usd=usd, source=NODES_SOURCE)


def _changes(settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Settings that may cost less. They are not validated: only their cost counts."""
    network, domain = settings.network, settings.domain
    one_zone = network.model_copy(update={"endpoint_zones": 1})
    yield "network.endpoint_zones = 1", settings.model_copy(update={"network": one_zone})
    for feature in settings.features:
        others = tuple(one for one in settings.features if one != feature)
        yield f'features without "{feature}"', settings.model_copy(update={"features": others})
    no_logs = network.model_copy(update={"flow_logs": False})
    yield "network.flow_logs = false", settings.model_copy(update={"network": no_logs})
    managed = domain.model_copy(update={"kms": "aws-managed"})
    yield (
        'domain.kms = "aws-managed" (before the first deployment)',
        settings.model_copy(update={"domain": managed}),
    )
