"""The checks of a person's own machine, which `studio connect` makes too."""

from functools import partial

from catalog.editors import EDITORS
from studio.doctor import client, systems
from studio.doctor.model import Check, Scope

_HERE = systems.current()

CLIENT = (
    Check(
        name="ssh",
        scope=Scope.CLIENT,
        why="The connection is an ordinary SSH connection; VS Code uses the same program.",
        fix=systems.SSH[_HERE],
        run=client.ssh,
    ),
    Check(
        name="session-manager-plugin",
        scope=Scope.CLIENT,
        why="Where it is installed, it carries the connection through Systems Manager.",
        fix=f"{systems.PLUGIN[_HERE]}, or connect without it: --plugin studio",
        run=client.session_manager_plugin,
    ),
    *(
        Check(
            name=editor.command,
            scope=Scope.CLIENT,
            why=f"`studio connect --open {editor.command}` opens {editor.name} on the host.",
            fix="{command}",
            run=partial(client.editor, editor),
        )
        for editor in EDITORS.values()
    ),
    Check(
        name="credentials",
        scope=Scope.CLIENT,
        why="AWS opens a session only for credentials that it accepts.",
        fix="{command}",
        run=client.credentials,
    ),
    Check(
        name="clock",
        scope=Scope.CLIENT,
        why="AWS refuses signatures whose time is more than five minutes off.",
        fix=systems.CLOCK[_HERE],
        run=client.clock,
    ),
)
