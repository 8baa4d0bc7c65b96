"""The cost of a day before and after."""

import pytest

from settings import Settings
from studio.review.renderers import as_text
from studio.terraform.plan import Action
from tests.studio.review.plans import change, reviewed, sample_review


def test_one_more_zone_is_one_more_of_each_endpoint() -> None:
    review = sample_review("zones", {"network": {"zones": 3}})
    endpoints, keys = review.costs
    assert (endpoints.after * 2, keys.after) == (endpoints.before * 3, keys.before)
    assert endpoints.usd_before == pytest.approx(endpoints.before * 0.24)
    assert f"total: {review.usd_before:.2f} USD -> {review.usd_after:.2f} USD" in as_text(review)


def test_an_endpoint_whose_zones_are_unknown_is_billed_in_every_subnet() -> None:
    interface = change("aws_vpc_endpoint", vpc_endpoint_type="Interface")
    gateway = change("aws_vpc_endpoint", "s3", vpc_endpoint_type="Gateway")
    subnets = [change("aws_subnet", name) for name in "abc"]
    assert reviewed(interface, gateway, *subnets).costs[0].after == 3


def test_an_endpoint_whose_zones_are_unknown_is_billed_in_no_more_than_the_settings_say() -> None:
    interface = change("aws_vpc_endpoint", vpc_endpoint_type="Interface")
    subnets = [change("aws_subnet", name) for name in "abc"]
    one = Settings.model_validate({"network": {"endpoint_zones": 1}})
    assert reviewed(interface, *subnets, settings=one).costs[0].after == 1


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
def test_what_exists_is_billed(action: Action, units: tuple[int, int]) -> None:
    _, keys = reviewed(change("aws_kms_key", action=action, description="logs")).costs
    assert (keys.before, keys.after) == units
    assert keys.usd_after == pytest.approx(units[1] * 12 / 365)
