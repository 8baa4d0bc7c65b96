"""A review as text, JSON and Markdown."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.review.renderers import as_json, as_markdown, as_text
from studio.review.review import Review
from studio.terraform.plan import Action
from tests.studio.review.plans import as_page, change, reviewed, sample_review

LOSSES = (Action.DESTROY, Action.REPLACE, Action.GONE)
HOSTILE = '<script>alert("1")</script> | `x` [a](b) @team'


def test_each_format_names_the_replaced_domain_and_the_setting() -> None:
    zones = sample_review("zones", {"network": {"zones": 3}})
    for render in (as_text, as_json, as_markdown, as_page):
        rendered = re.sub(r"\\(.)", r"\1", render(zones))
        assert "network.zones = 3" in rendered
        assert "aws_sagemaker_domain.studio_domain" in rendered
    assert json.loads(as_json(zones))["exit_code"] == zones.exit_code == 3


def test_a_change_that_cannot_be_allowed_is_to_be_undone() -> None:
    for name, allowable in (("retention", False), ("zones", True)):
        review = sample_review(name, {})
        for render in (as_text, as_markdown, as_page):
            rendered = re.sub(r"\\(.)", r"\1", render(review))
            assert ("undo the change of domain.retention" in rendered) is not allowable
        address = review.risks[0].address
        for render, allowed in ((as_text, f"--allow {address}"), (as_markdown, f"| `{address}` |")):
            assert (allowed in render(review)) is allowable
        assert json.loads(as_json(review))["data_at_risk"][0]["allowable"] is allowable


@pytest.mark.parametrize("render", [as_text, as_markdown, as_page])
def test_an_accepted_loss_is_shown_without_the_flag_that_accepts_it(
    render: Callable[[Review], str],
) -> None:
    zones = sample_review("zones", {"network": {"zones": 3}})
    accepted, *others = (risk.address for risk in zones.risks)
    assert others
    some = render(replace(zones, allowed=frozenset({accepted})))
    every = render(replace(zones, allowed=frozenset({accepted, *others})))
    for rendered, left in ((some, others), (every, [])):
        assert "accepted by --allow" in rendered
        assert f"to accept the loss: --allow {accepted}" not in rendered
        assert f"| `{accepted}` |" not in rendered
        assert all(address in rendered for address in left)
    assert "Data at risk: " in some
    assert "Data at risk: " not in every
    assert "Data loss accepted: " in every


def test_a_large_stack_is_cut_except_its_network_and_losses() -> None:
    review = reviewed(
        change("aws_vpc", cidr_block="10.20.0.0/16"),
        *(change("aws_subnet", f"s{n}", cidr_block=f"10.20.{n}.0/24") for n in range(16)),
        *(
            change("aws_vpc_endpoint", f"e{n}", service_name=f"com.amazonaws.us-east-1.e{n}")
            for n in range(20)
        ),
        *(change("aws_iam_role", f"r{n}", name=f"r{n}") for n in range(20)),
        *(change("aws_iam_role", f"d{n}", LOSSES[n % 3], name=f"d{n}") for n in range(40)),
    )
    text = as_text(review)
    for shown in ("VPC 10.20.0.0/16", "subnet 10.20.15.0/24", "endpoint e19"):
        assert shown in text
    assert all(f"role d{n}\n" in text for n in range(40))
    assert "role r19" not in text
    assert "  ... and 20 more; --all shows them" in text
    everything = as_text(review, every_change=True)
    assert "role r19" in everything
    assert "more; --all" not in everything


def test_the_text_has_the_first_twelve_changes_of_a_stack() -> None:
    text = as_text(reviewed(*(change("aws_iam_role", f"r{n}", name=f"r{n}") for n in range(20))))
    assert sum(line.startswith("  + role r") for line in text.splitlines()) == 12


@pytest.mark.parametrize("render", [as_text, as_json, as_markdown, as_page])
def test_resources_that_up_clears_are_shown(render: Callable[[Review], str]) -> None:
    review = replace(reviewed(), cleared=("image version of user profile alice",))
    assert "image version of user profile alice" in render(review)
    assert review.verdict.startswith("No changes, 1 to clear through the API, no data is at risk")


def test_rehearsed_changes_are_marked() -> None:
    text = as_text(reviewed(change("aws_vpc", cidr_block="10.20.0.0/16"), rehearsed=True))
    assert "network: 1 to create (rehearsed)" in text
    assert "  + VPC 10.20.0.0/16 (rehearsed)" in text
    planned = as_text(reviewed(change("aws_vpc", cidr_block="10.20.0.0/16")))
    assert "rehearsed" not in planned


@pytest.mark.parametrize("render", [as_text, as_markdown, as_page])
def test_the_resource_that_breaks_a_rule_is_named(render: Callable[[Review], str]) -> None:
    subnet = change("aws_subnet", cidr_block="10.20.0.0/24", map_public_ip_on_launch=True)
    rendered = re.sub(r"<[^>]*>", " ", render(reviewed(subnet)))
    _, _, rules = rendered.partition("No subnet assigns public addresses")
    assert "subnet 10.20.0.0/24" in re.sub(r"\s+", " ", rules)


def test_stacks_without_changes_are_one_line() -> None:
    text = as_text(reviewed(change("aws_vpc", action=Action.NOTHING), stack="network"))
    assert "No changes: network\n" in text


def test_markup_in_names_is_escaped() -> None:
    space = change("aws_sagemaker_space", HOSTILE, Action.DESTROY, space_name=HOSTILE)
    review = reviewed(space, stack=HOSTILE)
    assert "<script>" not in as_page(review)
    markdown = re.sub(r"`[^`]*`", "", as_markdown(review))
    assert "<script>" not in markdown.replace("\\<", "")
    assert not re.search(r"(?<!\\)@team|(?<!\\)`x", markdown)
