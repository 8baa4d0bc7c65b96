"""`studio stop`."""

from tests.scripts.conftest import CommandLine


def test_it_prints_what_was_stopped(studio: CommandLine) -> None:
    stop = studio.replace("studio.lifecycle.stop.stop", "nothing runs in the space of alice")
    printed = studio.run("stop", "alice")
    assert printed == (0, "nothing runs in the space of alice\n", "")
    assert stop.call_args.args[1] == "alice"
