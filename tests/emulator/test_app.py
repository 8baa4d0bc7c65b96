"""The application: errors for the emulator's own bugs, and requests for other services."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_emulator.server import Emulator
from studio_emulator.services import ec2
from studio_emulator.studio import domains
from tests.emulator.registry.oci import Raw
from tests.emulator.samples import refused_once


def test_clients_do_not_retry_emulator_errors(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(ec2, "check_create_vpc", broken, raising=False)
    found = refused_once(aws.client("ec2").create_vpc, CidrBlock="10.0.0.0/16")
    assert found == ("EmulatorError", 400)
    assert "ZeroDivisionError: by zero" in capsys.readouterr().err


def test_the_lock_lets_one_request_run_at_a_time(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2)

    def run(*_: Any) -> dict[str, Any]:
        with pytest.raises(threading.BrokenBarrierError):
            both.wait(0.5)
        return {"Domains": []}

    monkeypatch.setattr(domains, "list_domains", run)
    sagemaker = aws.client("sagemaker")
    with ThreadPoolExecutor(2) as clients:
        asked = [clients.submit(sagemaker.list_domains) for _ in range(2)]
    assert [one.result()["Domains"] for one in asked] == [[], []]


def test_invalid_response_is_reported_as_a_bug(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: Any) -> dict[str, Any]:
        return {"Domain": []}

    monkeypatch.setattr(domains, "list_domains", wrong)
    with pytest.raises(ClientError, match="emulator bug: ListDomains answered domain = "):
        aws.client("sagemaker").list_domains()


def test_other_services_reach_moto(aws: Emulator) -> None:
    assert aws.client("secretsmanager").list_secrets()["SecretList"] == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("PUT", "/team-data/new")])
def test_unsigned_requests_for_s3_are_denied(aws: Emulator, method: str, path: str) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    kind = "application/x-www-form-urlencoded"
    reply = Raw(aws.endpoint_url)(method, path, b"x", Content_Type=kind)
    assert (reply.status, b"<Code>AccessDenied</Code>" in reply.body) == (403, True)
