"""The table and the picture of what many users take are those of the numbers that were measured."""

from benchmarks import users_shown
from settings.paths import PROJECT

PAGE = PROJECT / "docs" / "how-to" / "many-deployments.md"


def test_page_and_picture_show_the_measured_numbers() -> None:
    rows, page = users_shown.load(), PAGE.read_text()
    assert [row["users"] for row in rows] == [1, 10, 100, 997]
    for line in (users_shown.HEAD, *map(users_shown.row, rows)):
        assert f"{line}\n" in page
    assert users_shown.PICTURE.read_text() == users_shown.svg(rows), (
        "run `python -m benchmarks.users_shown`"
    )


def test_a_number_that_was_not_measured_is_no_point_of_the_picture() -> None:
    use = {"seconds": 10.0, "megabytes": 200.0}
    first = {"users": 1, "configuration": 0.1, "synth": use, "up": use, "review": use}
    second = {**first, "users": 1000, "up": None}
    picture = users_shown.svg([first, second])
    assert picture.count('r="3" fill="#cf222e"') == 1
    assert picture.count('r="3" fill="#0969da"') == 2
    assert users_shown.row(second).count("not measured") == 1
