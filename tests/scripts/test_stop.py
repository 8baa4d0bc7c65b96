"""`studio stop`."""

from tests.scripts.conftest import CommandLine


def test_it_prints_what_was_stopped(studio: CommandLine) -> None:
    stop = studio.replace("scripts.stop.stop", "nothing runs in space alice")
    printed = studio.run("stop", "alice")
    assert printed == (0, "nothing runs in space alice\n", "")
    assert stop.call_args.args[1] == "alice"
