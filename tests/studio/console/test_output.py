"""Progress in a pipe, on a terminal, and with --quiet."""

import io
import sys

import pytest
from rich.console import Console

from settings import UserError
from studio.console import output, prompts
from studio.console.live import LiveView
from studio.console.output import Output


def test_lines_in_a_pipe_have_the_elapsed_time(capsys: pytest.CaptureFixture[str]) -> None:
    said = Output(live=False)
    said.progress("network  created   aws_vpc.vpc (1s)")
    said.event("network  changed   aws_vpc.vpc (1s)")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("s  ", 1)[1] for line in lines] == [
        "network  created   aws_vpc.vpc (1s)",
        "network  changed   aws_vpc.vpc (1s)",
    ]
    assert all(float(line.split("s  ", 1)[0]) >= 0 for line in lines)
    assert "\x1b" not in "".join(lines)


def test_commands_in_messages_use_the_settings_of_the_running_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with output.speaking(Output(config="my team.toml")):
        output.say("`studio plan` shows; `studio --config a.toml up`, `studio.toml`")
        output.say("    # `studio connect` writes this file at every run.")
        output.result("Next: `studio connect alice`")
    written = capsys.readouterr()
    assert written.err == (
        "`studio --config 'my team.toml' plan` shows; `studio --config a.toml up`, `studio.toml`\n"
        "    # `studio connect` writes this file at every run.\n"
    )
    assert written.out == "Next: `studio --config 'my team.toml' connect alice`\n"


def test_permanent_lines_are_printed_above_the_live_view() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80, no_color=True)
    said = Output()
    view = said._view = LiveView(said.board, lambda: "", console)
    said.say("Planning all stacks")
    said.event("domain   created   aws_sagemaker_domain.domain (9s)")
    view.close()
    assert "Planning all stacks\n" in written.getvalue()
    assert said.board.events[-1].startswith("domain")


def test_quiet_prints_progress_before_a_question(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda: "no")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    with output.speaking(Output(quiet=True)):
        output.say("deletes the domain")
        assert capsys.readouterr().err == ""
        with pytest.raises(UserError):
            prompts.confirm("yes", "? ", yes=False)
        assert capsys.readouterr().err == "deletes the domain\n? "


def test_details_need_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    for verbose in (False, True):
        Output(verbose=verbose).detail("Refreshing state")
        assert ("Refreshing state" in capsys.readouterr().err) is verbose
