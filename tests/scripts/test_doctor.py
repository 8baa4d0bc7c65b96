"""`studio doctor`."""

import json
from dataclasses import replace

import pytest

from settings import ConnectMethod, UserError
from settings.loading import of_deployment
from studio.aws.errors import ConnectionFailed
from studio.doctor.model import Outcome, Result, Scope
from tests.scripts.conftest import CommandLine


def result(outcome: Outcome) -> Result:
    return Result(
        scope=Scope.CLIENT,
        name="ssh",
        outcome=outcome,
        found="OpenSSH 9",
        why="it is needed",
        fix="",
    )


@pytest.mark.parametrize(
    ("outcomes", "code", "summary"),
    [
        ([Outcome.PASSED, Outcome.NOT_CHECKED], 0, "1 pass, 0 fail, 1 could not be checked"),
        ([Outcome.FAILED], 1, "0 pass, 1 fail, 0 could not be checked"),
    ],
)
def test_only_what_failed_is_exit_code_1(
    studio: CommandLine, outcomes: list[Outcome], code: int, summary: str
) -> None:
    studio.replace("scripts.doctor.run_checks", [result(one) for one in outcomes])
    printed = studio.run("doctor")
    assert (printed.code, printed.out.splitlines()[-1]) == (code, summary)
    document = json.loads(studio.run("doctor", "--json").out)
    assert [check["outcome"] for check in document["checks"]] == [one.value for one in outcomes]
    counts = {outcome.value: outcomes.count(outcome) for outcome in Outcome}
    assert document["counts"] == counts


def test_a_failed_check_says_why_and_its_fix(studio: CommandLine) -> None:
    fix = "code --install-extension ms-vscode-remote.remote-ssh"
    failed = replace(result(Outcome.FAILED), found="VS Code lacks an extension", fix=fix)
    studio.replace("scripts.doctor.run_checks", [failed])
    assert studio.run("doctor").out.splitlines()[:3] == [
        f"FAIL  client      ssh{' ' * 21}VS Code lacks an extension",
        "      why:  it is needed",
        f"      fix:  {fix}",
    ]


@pytest.mark.parametrize("fix", ["{} up", "give the studio bucket a policy, then `{} up`"])
def test_a_fix_names_the_settings_of_the_command(studio: CommandLine, fix: str) -> None:
    failed = replace(result(Outcome.FAILED), fix=fix.format("studio"))
    studio.replace("scripts.doctor.run_checks", [failed])
    config = str(studio.folder / "studio.toml")
    wanted = fix.format(f"studio --config {config}")
    assert f"      fix:  {wanted}\n" in studio.run("--config", config, "doctor").out
    document = json.loads(studio.run("--config", config, "doctor", "--json").out)
    assert document["checks"][0]["fix"] == wanted


def test_what_was_found_is_broken_below_itself(
    studio: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = "not installed, and needed for --open code alone"
    shown = replace(result(Outcome.PASSED), found=found)
    studio.replace("scripts.doctor.run_checks", [shown])
    monkeypatch.setenv("COLUMNS", "80")
    *lines, _ = studio.run("doctor").out.splitlines()
    assert max(map(len, lines)) <= 80
    begin = lines[0].index(found[:3])
    assert " ".join(line[begin:] for line in lines) == found
    assert all(not line[:begin].strip() for line in lines[1:])
    monkeypatch.delenv("COLUMNS")
    assert studio.run("doctor").out.splitlines()[0].endswith(found)


def test_a_user_who_is_not_in_the_settings_is_one_line(studio: CommandLine) -> None:
    code, _, err = studio.run("doctor", "bob")
    assert code == 2
    assert err.startswith("studio doctor: USER = bob: a user of ")


HERE = ("--deployment", "studio", "--region", "us-east-1")


@pytest.mark.parametrize("user", [(), ("alice",)])
def test_a_deployment_that_does_not_exist_is_one_line(
    studio: CommandLine, user: tuple[str, ...]
) -> None:
    studio.replace("scripts.doctor.find_domain").side_effect = UserError("no domain")
    assert studio.run("doctor", *user, *HERE) == (2, "", "studio doctor: no domain\n")


def test_the_connect_method_of_a_named_deployment_is_that_of_the_space(studio: CommandLine) -> None:
    connect = {"connect": ConnectMethod.SSH_HELPER}
    found = of_deployment("studio", "us-east-1", {"alice": connect})
    studio.replace("scripts.doctor.find_domain", "d-1")
    studio.replace("scripts.doctor.find_settings", found)
    checks = studio.replace("scripts.doctor.run_checks", [result(Outcome.PASSED)])
    assert studio.run("doctor", "alice", *HERE).code == 0
    assert checks.call_args.args[1].connects_by(ConnectMethod.SSH_HELPER)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("scripts.doctor.find_domain", ConnectionFailed("no route")),
        ("scripts.doctor.find_settings", UserError("no space")),
    ],
)
def test_the_checks_run_without_aws_and_without_the_space(
    studio: CommandLine, name: str, error: UserError
) -> None:
    studio.replace("scripts.doctor.find_domain", "d-1")
    studio.replace(name).side_effect = error
    studio.replace("scripts.doctor.run_checks", [result(Outcome.FAILED)])
    assert studio.run("doctor", "alice", *HERE).code == 1
