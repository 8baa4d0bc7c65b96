"""The prices of endpoints in studio.toml, and amounts as text."""

import re

import pytest

from catalog.endpoint_services import BASELINE, FEATURES
from catalog.names import Feature
from catalog.service_prices import ENDPOINT_ZONE_HOUR, per_month
from settings.network import NetworkSettings
from settings.paths import STUDIO_TOML

COMMENTS = re.sub(r"\n#\s+", " ", STUDIO_TOML.read_text())


def usd_a_day(endpoints: int) -> str:
    return f"{endpoints * NetworkSettings().zones * 24 * ENDPOINT_ZONE_HOUR:.2f} USD a day"


@pytest.mark.parametrize("feature", Feature)
def test_studio_toml_has_the_cost_of_each_feature(feature: Feature) -> None:
    count = len(FEATURES[feature])
    (said,) = re.findall(rf" {feature}  +.*?: (\d+ endpoints?, [\d.]+ USD a day)", COMMENTS)
    assert said == f"{count} endpoint{'' if count == 1 else 's'}, {usd_a_day(count)}"


def test_studio_toml_has_the_cost_of_studio_itself() -> None:
    assert len(BASELINE) == 3
    assert f"Studio itself needs three endpoints ({usd_a_day(3)})" in COMMENTS


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00 USD a month"), (0.004, "< 0.01 USD a month"), (0.01, "0.01 USD a month")],
)
def test_an_amount_below_a_cent_does_not_read_as_zero(amount: float, text: str) -> None:
    assert per_month(amount) == text
