"""Each check of the machine fails alone, with its fix."""

import json
from datetime import UTC, datetime, timedelta

from studio.doctor.checks import CHECKS
from studio.doctor.client import CLIENT
from studio.doctor.model import Outcome
from tests.studio.doctor.setup import PROGRAMS, Break, Breaks, DoctorSetup, each, no_credentials


def no_network(setup: DoctorSetup) -> None:
    setup.monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


def expired_credentials(setup: DoctorSetup) -> None:
    no_credentials(setup)
    expired = {"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
    expired["Expiration"] = "2020-01-01T00:00:00Z"
    config = setup.programs / "config"
    config.write_text(f"[default]\ncredential_process = /bin/echo '{json.dumps(expired)}'")
    setup.monkeypatch.setenv("AWS_CONFIG_FILE", str(config))


def set_clock(setup: DoctorSetup, seconds: float) -> None:
    setup.context.now = lambda: datetime.now(UTC) + timedelta(seconds=seconds)


BREAKS: Breaks = [
    ("ssh", lambda setup: (setup.programs / "ssh").unlink(), "not on PATH"),
    ("ssh", lambda setup: (setup.programs / "ssh").chmod(0o644), "not on PATH"),
    ("ssh", lambda t: (t.programs / "ssh-keygen").unlink(), "ssh-keygen is not on PATH"),
    ("ssh", lambda t: t.program("ssh", "echo OpenSSH_7.4p1"), "OpenSSH_7.4; 7.6 or newer"),
    ("ssh", lambda t: t.program("ssh", "echo OpenSSH_for_Windows_7.1p1"), "7.6 or newer"),
    ("session-manager-plugin", lambda t: t.program("session-manager-plugin", "exit 1"), "code 1"),
    ("session-manager-plugin", lambda t: t.program("session-manager-plugin", "echo hm"), "hm"),
    ("code", lambda t: t.program("code", PROGRAMS["code"].replace("1.96", "1.89")), "1.90"),
    ("code", lambda t: t.program("code", "echo 1.90.0"), "ms-vscode-remote"),
    ("code", lambda t: t.program("code", "true"), "VS Code of unknown version; 1.90"),
    ("cursor", lambda t: t.program("cursor", "echo 2.6.9"), "Cursor 2.6.9; 2.6.18"),
    ("kiro", lambda t: t.program("kiro", "echo 0.7.9"), "Kiro 0.7.9; 0.8"),
    ("kiro", lambda t: t.program("kiro", "echo 0.8.0"), "jeanp413.open-remote-ssh"),
    ("kiro", lambda t: setattr(t.context, "programs", ["kiro"]), "kiro is not on PATH"),
    ("credentials", no_credentials, "Unable to locate credentials"),
    ("credentials", no_network, "Connection refused"),
    ("credentials", expired_credentials, "the credentials have expired"),
    ("clock", lambda t: set_clock(t, 360), "ahead of AWS"),
    ("clock", lambda t: set_clock(t, -360), "behind AWS"),
]


@each(BREAKS, of=CLIENT)
def test_each_check_fails_alone(setup: DoctorSetup, name: str, damage: Break, found: str) -> None:
    # The other checks run no program of this machine.
    checks = CHECKS if name in ("credentials", "clock") else CLIENT
    setup.assert_fails_alone(name, damage, found, checks=checks)


def test_the_fix_of_an_editor_without_its_extension_installs_it(setup: DoctorSetup) -> None:
    setup.program("code", "echo 1.90.0")
    result = setup.results(CLIENT)["code"]
    assert result.found == "VS Code lacks the extension ms-vscode-remote.remote-ssh"
    assert result.fix == "code --install-extension ms-vscode-remote.remote-ssh"


def test_the_fix_without_a_network_is_not_to_sign_in(setup: DoctorSetup) -> None:
    no_network(setup)
    results = setup.results()
    found = results["credentials"]
    assert found.fix == "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL"
    assert results["domain"].outcome == Outcome.NOT_CHECKED
    assert results["domain"].found == "AWS cannot be called, see the check `credentials`"


def test_an_optional_editor_may_be_missing(setup: DoctorSetup) -> None:
    (setup.programs / "code").unlink()
    result = setup.results(CLIENT)["code"]
    assert result.outcome is Outcome.PASSED
    assert result.found == "not installed; only --open code needs it"
