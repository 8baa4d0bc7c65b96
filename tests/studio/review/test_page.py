"""The HTML page."""

from html.parser import HTMLParser

from studio.review.page import as_page
from studio.terraform.plan import Action
from tests.studio.review.plans import change, reviewed


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    hostile = '<script>alert("1")</script>'
    space = change("aws_sagemaker_space", hostile, Action.DESTROY, space_name=hostile)
    page = Tags()
    page.feed(as_page(reviewed(space, stack=hostile)))
    tags = {tag for tag, _ in page.seen}
    assert "svg" in tags
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "image", "use"}
    for _, attributes in page.seen:
        assert not {"src", "onload", "onclick", "style"} & set(attributes)
