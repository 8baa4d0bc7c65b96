"""`studio review`: the fixed cost before and after the plans."""

import pytest

from settings import Settings
from studio.review.renderers import as_text
from studio.terraform.plan import Action
from tests.studio.review.plans import change, reviewed, sample_review


def test_another_zone_adds_the_cost_of_each_endpoint() -> None:
    review = sample_review("zones", {"network": {"zones": 3}})
    endpoints, keys = review.costs
    assert (endpoints.after * 2, keys.after) == (endpoints.before * 3, keys.before)
    assert endpoints.usd_before == pytest.approx(endpoints.before * 0.24)
    assert f"total: {review.usd_before:.2f} USD -> {review.usd_after:.2f} USD" in as_text(review)


@pytest.mark.parametrize(
    ("endpoint_zones", "names", "units"), [(6, "abc", 3), (1, "abc", 1), (2, "", 2)]
)
def test_an_endpoint_with_unknown_zones_has_a_zone_for_each_subnet(
    endpoint_zones: int, names: str, units: int
) -> None:
    interface = change("aws_vpc_endpoint", vpc_endpoint_type="Interface")
    gateway = change("aws_vpc_endpoint", "s3", vpc_endpoint_type="Gateway")
    subnets = [change("aws_subnet", name) for name in names]
    subnets += [change("aws_subnet", "old", Action.DESTROY)]
    settings = Settings.model_validate({"network": {"endpoint_zones": endpoint_zones}})
    assert reviewed(interface, gateway, *subnets, settings=settings).costs[0].after == units


@pytest.mark.parametrize(
    ("action", "units"),
    [
        (Action.CREATE, (0, 1)),
        (Action.NOTHING, (1, 1)),
        (Action.REPLACE, (1, 1)),
        (Action.DESTROY, (1, 0)),
        (Action.FORGET, (1, 1)),
    ],
)
def test_existing_resources_are_billed(action: Action, units: tuple[int, int]) -> None:
    _, keys = reviewed(change("aws_kms_key", action=action, description="logs")).costs
    assert (keys.before, keys.after) == units
    assert keys.usd_after == pytest.approx(units[1] * 12 / 365)
