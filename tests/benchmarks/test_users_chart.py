"""The table and the chart in the documentation show the measured numbers."""

from benchmarks import users_chart
from settings.paths import PROJECT

PAGE = PROJECT / "docs" / "how-to" / "many-deployments.md"


def test_page_and_chart_show_the_measured_numbers() -> None:
    rows, page = users_chart.load(), PAGE.read_text()
    assert [row["users"] for row in rows] == [1, 10, 100, 997]
    for line in (users_chart.HEAD, *map(users_chart.row, rows)):
        assert f"{line}\n" in page
    assert users_chart.CHART.read_text() == users_chart.svg(rows), (
        "run `python -m benchmarks.users_chart`"
    )


def test_the_chart_omits_numbers_that_were_not_measured() -> None:
    use = {"seconds": 10.0, "megabytes": 200.0}
    first = {"users": 1, "configuration": 0.1, "synth": use, "up": use, "review": use}
    second = {**first, "users": 1000, "up": None}
    chart = users_chart.svg([first, second])
    assert chart.count('r="3" fill="#cf222e"') == 1
    assert chart.count('r="3" fill="#0969da"') == 2
    assert users_chart.row(second).count("not measured") == 1
