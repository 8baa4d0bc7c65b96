"""A review as text, JSON, Markdown and a page with a picture; and what it costs and checks."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from settings import Settings
from studio.review.page import as_page
from studio.review.renderers import as_json, as_markdown, as_text
from studio.review.review import Review, review
from studio.terraform.plan import Action, Change, Plan, read_plan
from studio.terraform.planning import StackPlan

PLANS = Path(__file__).parents[1] / "plans"
HOSTILE = '<script>alert("1")</script> | `x` [a](b) @team'


def look(*changes: Change, stack: str = "network") -> StackPlan:
    plan = Plan(stack=stack, changes=changes, gone=(), outputs={}, empty=False)
    return StackPlan(stack=stack, deployed=True, plan=plan)


def change(type_: str, name: str = "a", action: Action = Action.CREATE, **values: Any) -> Change:
    before = values if action in (Action.DESTROY, Action.NOTHING) else {}
    after = {} if action is Action.DESTROY else values
    return Change(
        address=f"{type_}.{name}", type=type_, action=action, before=before, after=after, unknown={}
    )


@pytest.fixture
def zones() -> Review:
    looks = [
        StackPlan(
            stack=file.stem, deployed=True, plan=read_plan(file.read_bytes(), stack=file.stem)
        )
        for file in sorted(PLANS.glob("zones/*.json"))
    ]
    return review(looks, Settings.model_validate({"network": {"zones": 3}}))


def hostile() -> Review:
    space = change("aws_sagemaker_space", HOSTILE, Action.DESTROY, space_name=HOSTILE)
    return review([look(space, stack=HOSTILE)], Settings())


def test_cost_before_and_after_another_zone(zones: Review) -> None:
    endpoints = zones.costs[0]
    assert endpoints.after * 2 == endpoints.before * 3
    assert float(endpoints.usd_before) == pytest.approx(endpoints.before * 0.24)
    text = as_text(zones)
    assert f"together: {zones.usd_before:.2f} USD -> {zones.usd_after:.2f} USD" in text


def test_each_way_of_writing_tells_the_domain_and_the_setting(zones: Review) -> None:
    for write in (as_text, as_json, as_markdown, as_page):
        told = re.sub(r"\\(.)", r"\1", write(zones))
        assert "network.zones = 3" in told
        assert "aws_sagemaker_domain.studio_domain" in told
    assert json.loads(as_json(zones))["exit_code"] == zones.exit_code == 3


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = Tags()
    page.feed(as_page(hostile()))
    tags = {tag for tag, _ in page.seen}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "image", "use"}
    for _, attributes in page.seen:
        assert not {"src", "onload", "onclick", "style"} & set(attributes)


def test_the_picture_is_well_formed_and_told_in_words(zones: Review) -> None:
    (drawn,) = re.findall(r"<svg.*?</svg>", as_page(zones), re.DOTALL)
    picture = ElementTree.fromstring(drawn)
    svg = "{http://www.w3.org/2000/svg}"
    title, description = picture.find(f"{svg}title"), picture.find(f"{svg}desc")
    assert title is not None
    assert description is not None
    described = {title.attrib["id"], description.attrib["id"]}
    assert set(picture.attrib["aria-labelledby"].split()) == described
    titles = {node.text for node in picture.iter(f"{svg}title")}
    assert "studio, Studio domain: replaced" in titles
    assert "alice, user profile: replaced" in titles
    width, height = map(float, picture.attrib["viewBox"].split()[2:])
    for box in picture.iter(f"{svg}rect"):
        at = {key: float(box.attrib[key]) for key in ("x", "y", "width", "height")}
        assert at["x"] + at["width"] <= width
        assert at["y"] + at["height"] <= height


def test_hostile_names_are_text_everywhere() -> None:
    found = hostile()
    assert "<script>" not in as_page(found)
    markdown = re.sub(r"`[^`]*`", "", as_markdown(found))
    assert "<script>" not in markdown.replace("\\<", "")
    assert not re.search(r"(?<!\\)@team|(?<!\\)`x", markdown)


def test_a_hundred_users_fit_into_the_picture_with_those_that_change() -> None:
    people = [
        change("aws_sagemaker_user_profile", f"u{n}", Action.NOTHING, user_profile_name=f"u{n}")
        for n in range(100)
    ]
    new = change("aws_sagemaker_user_profile", "z", user_profile_name="zoe")
    page = as_page(review([look(*people, new)], Settings()))
    assert "zoe, user profile: created" in page
    assert "and 78 more" in page


@pytest.mark.parametrize(
    ("offence", "says"),
    [
        (change("aws_internet_gateway"), "no gateway"),
        (change("aws_nat_gateway"), "no gateway"),
        (change("aws_route", destination_cidr_block="0.0.0.0/0"), "No route"),
        (change("aws_route_table", route=[{"ipv6_cidr_block": "::/0"}]), "No route"),
        (change("aws_vpc_security_group_ingress_rule", cidr_ipv4="0.0.0.0/0"), "internet in"),
        (change("aws_vpc_security_group_ingress_rule", cidr_ipv6="::/0"), "internet in"),
        (change("aws_security_group", ingress=[{"cidr_blocks": ["0.0.0.0/0"]}]), "internet in"),
        (
            change("aws_security_group_rule", type="ingress", cidr_blocks=["0.0.0.0/0"]),
            "internet in",
        ),
        (change("aws_sagemaker_domain", app_network_access_type="PublicInternetOnly"), "VpcOnly"),
        (change("aws_subnet", map_public_ip_on_launch=True), "public addresses"),
        (change("aws_efs_file_system", encrypted=False), "encrypted"),
        (change("aws_kms_key", enable_key_rotation=False), "rotated"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.type,
)
def test_a_broken_rule_is_an_error(offence: Change, says: str) -> None:
    found = review([look(offence)], Settings())
    assert found.exit_code == 1
    (broken,) = found.broken
    assert says in broken.says
    assert broken.broken == (offence.address,)


@pytest.mark.parametrize(
    "harmless",
    [
        change("aws_security_group_rule", type="egress", cidr_blocks=["0.0.0.0/0"]),
        change("aws_vpc_security_group_ingress_rule", cidr_ipv4="10.20.0.0/16"),
        change("aws_internet_gateway", action=Action.DESTROY),
    ],
    ids=lambda value: value.type,
)
def test_what_breaks_no_rule(harmless: Change) -> None:
    assert review([look(harmless)], Settings()).exit_code == 0
