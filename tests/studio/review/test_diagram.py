"""The SVG diagram."""

from xml.etree import ElementTree

import pytest

from settings import Settings
from studio.review.diagram import WIDTH, as_svg
from studio.review.diagram_parts import deployment_parts
from studio.review.styles import PALETTES, Theme
from studio.terraform.plan import Change
from tests.studio.review.plans import change, existing, sample

SVG = "{http://www.w3.org/2000/svg}"
LONG = "d" * 63


def drawn(*changes: Change, theme: Theme | None = None, settings: Settings | None = None) -> str:
    settings = settings or Settings()
    return as_svg(settings, deployment_parts(changes, settings), described="all", theme=theme)


@pytest.fixture
def changes() -> list[Change]:
    """Many changes, with names of the maximum length."""
    return [
        *(one for plan in sample("zones") for one in plan.changes),
        change("aws_sagemaker_user_profile", "long", user_profile_name=LONG),
        change("aws_kms_key", "long", description=f"/aws/{LONG}/{LONG}"),
    ]


def test_the_diagram_is_well_formed_and_has_a_description(changes: list[Change]) -> None:
    diagram = ElementTree.fromstring(drawn(*changes))
    title, description = diagram.find(f"{SVG}title"), diagram.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    described_by = {title.attrib["id"], description.attrib["id"]}
    assert set(diagram.attrib["aria-labelledby"].split()) == described_by
    titles = {node.text for node in diagram.iter(f"{SVG}title")}
    assert "studio, Studio domain: replaced" in titles


def test_all_boxes_and_texts_are_inside_the_diagram(changes: list[Change]) -> None:
    diagram = ElementTree.fromstring(drawn(*changes))
    width, height = map(float, diagram.attrib["viewBox"].split()[2:])
    assert width == WIDTH
    for box in diagram.iter(f"{SVG}rect"):
        x, y = float(box.attrib.get("x", 0)), float(box.attrib.get("y", 0))
        assert x + float(box.attrib["width"]) <= width
        assert y + float(box.attrib["height"]) <= height
    for text in diagram.iter(f"{SVG}text"):
        assert float(text.attrib["x"]) + 7.6 * len(text.text or "") <= width + 8


def test_the_theme_follows_the_system_by_default() -> None:
    light, dark = PALETTES[Theme.LIGHT]["card"], PALETTES[Theme.DARK]["card"]
    default, only_dark = drawn(), drawn(theme=Theme.DARK)
    assert light in default
    assert dark in default
    assert "@media (prefers-color-scheme:dark)" in default
    assert dark in only_dark
    assert light not in only_dark


def test_the_ssh_path_needs_users_and_both_endpoints_of_systems_manager() -> None:
    alice = change("aws_sagemaker_user_profile", user_profile_name="alice")
    ssm, messages = (
        change("aws_vpc_endpoint", name, service_name=f"com.amazonaws.us-east-1.{name}")
        for name in ("ssm", "ssmmessages")
    )
    assert "Systems Manager" in drawn(alice, ssm, messages)
    assert "Systems Manager" not in drawn(alice, ssm)
    assert "Systems Manager" not in drawn(ssm, messages)
    assert "Systems Manager" in drawn(alice, settings=existing(1, ["ssm", "ssmmessages"]))
