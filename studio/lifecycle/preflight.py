"""Examines what the settings bring, before anything is made."""

from __future__ import annotations

from collections.abc import Callable

from settings import Settings, SettingsError
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.doctor.existing_checks import EXAMINATIONS
from studio.doctor.existing_network import Unknown, ways_out


def require_network(settings: Settings, aws: Aws, report: Callable[[str], None]) -> tuple[str, ...]:
    """Examine an existing VPC; the routes by which it is not private, where they are allowed.

    Reports a line for each problem, with its fix, and for what cannot be looked up. Raises
    SettingsError if there is a problem, AwsError.
    """
    if not settings.network.exists:
        return ()
    network = read_network(aws, settings)
    problems = 0
    for name, (examine, _) in EXAMINATIONS.items():
        try:
            for problem in examine(settings, network):
                problems += 1
                report(f"{name}: {problem.found}; {problem.fix}")
        except Unknown as unknown:
            report(f"{name}: {unknown}")
    if problems:
        count = f"{problems} problem{'s' if problems > 1 else ''}"
        raise SettingsError(
            f'network.vpc_id = "{network.vpc_id}": {count} (see above); nothing was changed'
        )
    return tuple(ways_out(network))
