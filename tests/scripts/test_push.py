"""`studio push`."""

import pytest

from tests.scripts.conftest import CommandLine


@pytest.mark.parametrize(
    ("words", "names", "checks", "result"),
    [
        ([], None, True, "In ECR: slim, lab\n"),
        (["slim", "--no-check"], ["slim"], False, "In ECR: slim\n"),
    ],
)
def test_images_are_pushed_and_then_recorded(
    studio: CommandLine, words: list[str], names: list[str] | None, checks: bool, result: str
) -> None:
    push = studio.replace("scripts.push.push_images", dict.fromkeys(names or ("slim", "lab")))
    refresh = studio.replace("studio.images.versions.record.refresh")
    assert studio.run("push", *words) == (0, result, "")
    given = push.call_args.kwargs
    assert (given["names"], given["check"], given["placeholder"]) == (names, checks, False)
    assert refresh.call_args.kwargs == {"folder": studio.out.parent}
