"""The HTML page."""

from dataclasses import replace
from html.parser import HTMLParser

from studio.terraform.plan import Action
from tests.studio.review.plans import as_page, change, reviewed


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_has_no_scripts_and_no_external_resources() -> None:
    hostile = '<script>alert("1")</script>'
    space = change("aws_sagemaker_space", hostile, Action.DESTROY, space_name=hostile)
    page = Tags()
    page.feed(as_page(reviewed(space, stack=hostile)))
    tags = {tag for tag, _ in page.seen}
    assert "svg" in tags
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "image", "use"}
    for _, attributes in page.seen:
        assert not {"src", "onload", "onclick", "style"} & set(attributes)


def test_the_page_names_account_date_and_rehearsed_stacks() -> None:
    vpc = change("aws_vpc", cidr_block="10.20.0.0/16")
    planned = as_page(replace(reviewed(vpc), account="111122223333"))
    assert "us-east-1, account 111122223333, 01 December 2026, 09:30 UTC" in planned
    assert "Nothing is rehearsed." in planned
    rehearsed = as_page(reviewed(vpc, rehearsed=True))
    assert "plans from files, 01 December 2026" in rehearsed
    assert "Rehearsed on an emulated AWS: network." in rehearsed


def test_each_cell_of_a_narrow_page_has_the_title_of_its_column() -> None:
    page = Tags()
    page.feed(as_page(reviewed(change("aws_vpc", cidr_block="10.20.0.0/16"))))
    titles = {attributes.get("data-title") for tag, attributes in page.seen if tag == "td"}
    assert {"what", "which", "price in us-east-1", "after", "a day", "rule"} <= titles


def test_the_description_counts_the_changes_that_it_omits() -> None:
    review = reviewed(*(change("aws_iam_role", f"r{n}", name=f"r{n}") for n in range(50)))
    assert " is created; and 10 more</desc>" in as_page(review)
