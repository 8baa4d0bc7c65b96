"""Errors of AWS: credentials, permissions, the network, and responses of other servers."""

import errno
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError, SSLError
from botocore.retries.standard import ExponentialBackoff

from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import (
    AwsError,
    ConnectionFailed,
    CredentialsError,
    SignInExpired,
    aws_errors,
    ignoring,
)
from tests.studio.hostile import Answering

EXPIRED = {"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
EXPIRED["Expiration"] = "2020-01-01T00:00:00Z"
UNTIMED = {**EXPIRED, "Expiration": 1}
PROCESS = "credential_process ="
WEB_IDENTITY = "role_arn = arn:aws:iam::123456789012:role/dev\nweb_identity_token_file ="
SIGN_IN = """\
sso_session = team
sso_account_id = 123456789012
sso_role_name = dev
[sso-session team]
sso_region = us-east-1
sso_start_url = https://x.awsapps.com/start
"""

pytestmark = pytest.mark.usefixtures("new_session", "alone")


def refused(service: str = "sagemaker", operation: str = "list_apps") -> AwsError:
    with pytest.raises(AwsError) as raised:
        getattr(Aws("us-east-1").client(service), operation)()
    assert str(raised.value).startswith("AWS: ")
    assert raised.value.exit_code == 2
    return raised.value


@pytest.mark.parametrize(
    ("profile", "kind", "words"),
    [
        ("", CredentialsError, "Unable to locate credentials: set AWS_PROFILE"),
        (f"{PROCESS} /bin/echo '{json.dumps(EXPIRED)}'", CredentialsError, "have expired"),
        (f"{PROCESS} /no/program", CredentialsError, "does not exist: /no/program"),
        (f"{WEB_IDENTITY} /no/token", CredentialsError, "does not exist: /no/token"),
        (f"{PROCESS} /bin/echo none", CredentialsError, "credential_process prints no JSON: "),
        (f"{PROCESS} /bin/echo []", CredentialsError, "; check what its credential_process prints"),
        (f"{PROCESS} /bin/echo '{json.dumps(UNTIMED)}'", CredentialsError, "; check what its cred"),
        (f"{PROCESS} '", AwsError, "No closing quotation: check the profile"),
        (f"{PROCESS} /bin/false", CredentialsError, "custom-process"),
        (SIGN_IN, SignInExpired, "run `aws sso login`"),
    ],
    ids=[
        *("none", "expired", "no program", "no token", "no JSON", "no object", "no time"),
        *("no words", "failed", "sign-in"),
    ],
)
def test_a_credential_source_that_fails_is_reported(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    profile: str,
    kind: type[AwsError],
    words: str,
) -> None:
    config = tmp_path / "config"
    config.write_text(f"[default]\n{profile}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("HOME", str(tmp_path))
    error = refused()
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("ExpiredTokenException", CredentialsError, "the credentials have expired (ExpiredToken"),
        ("UnrecognizedClientException", CredentialsError, "the credentials are not valid"),
        ("AccessDeniedException", AwsError, "(AccessDeniedException) when calling the ListApps"),
        ("ThrottlingException", AwsError, "(ThrottlingException) when calling the ListApps"),
    ],
)
def test_an_error_of_aws_has_its_code_and_kind(
    answering: type[Answering],
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    kind: type[AwsError],
    words: str,
) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    answering.status = 400
    answering.content = json.dumps({"__type": code, "message": "why"}).encode()
    error = refused()
    assert type(error) is kind
    assert error.code == code
    assert error.denied == (code == "AccessDeniedException")
    assert words in str(error)


@pytest.mark.parametrize(
    ("code", "message", "advice"),
    [
        ("SignatureDoesNotMatch", "Signature expired: 1 is earlier than 2", ": set the clock"),
        ("InvalidSignatureException", "Signature not yet current: 2 is later", ": set the clock"),
        ("RequestTimeTooSkewed", "The difference is too large.", ": set the clock"),
        ("RequestExpired", "Request has expired.", ": renew them, or set the clock"),
        ("SignatureDoesNotMatch", "It does not match.", "of credentials that boto3 knows"),
    ],
)
def test_clock_skew_is_named(code: str, message: str, advice: str) -> None:
    with pytest.raises(CredentialsError, match=code) as found, aws_errors():
        raise ClientError({"Error": {"Code": code, "Message": message}}, "GetCallerIdentity")
    assert str(found.value).endswith(advice)


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("content", [b"<html>", b"[]", b"null", b'{"Apps": 1}'])
def test_a_response_of_another_server_is_reported(
    answering: type[Answering], content: bytes
) -> None:
    answering.status, answering.content = 200, content
    if content == b"<html>":
        # botocore reads a response without JSON as one without members.
        assert Aws("us-east-1").all("sagemaker", "list_apps", "Apps") == []
        return
    error = refused()
    assert isinstance(error, ConnectionFailed)
    assert "the response is not from AWS: check proxies" in str(error)


@pytest.mark.usefixtures("keys")
def test_a_refused_connection_names_endpoint_and_reason() -> None:
    error = refused()
    assert isinstance(error, ConnectionFailed)
    assert 'Could not connect to the endpoint URL: "http://127.0.0.1:9/' in str(error)
    assert "Connection refused" in str(error)
    assert "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL" in str(error)


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (ConnectTimeoutError(endpoint_url="https://x"), 'Connect timeout on endpoint URL: "https'),
        (ReadTimeoutError(endpoint_url="https://x"), 'Read timeout on endpoint URL: "https://x"'),
        (SSLError(endpoint_url="https://x", error="self-signed"), "SSL validation failed for http"),
    ],
)
def test_a_network_that_does_not_answer_is_reported(raised: Exception, words: str) -> None:
    with pytest.raises(ConnectionFailed, match="check the network") as found, aws_errors():
        raise raised
    assert words in str(found.value)


@pytest.mark.usefixtures("keys")
def test_an_endpoint_that_is_no_url_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(
        AwsError, match=r"^AWS: Invalid endpoint: nonsense: check the profile, .* AWS_ENDPOINT_URL$"
    ):
        Aws("us-east-1").client("sagemaker")


@pytest.mark.parametrize(
    "ours",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        KeyError("SpaceName"),
        AttributeError("'NoneType' object has no attribute 'arn'"),
        TypeError("unsupported operand"),
        RuntimeError("expired"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_not_botocores_stays_what_it_is(ours: Exception) -> None:
    with pytest.raises(type(ours)) as raised, ignoring("ENOSPC"), aws_errors():
        raise ours
    assert raised.value is ours


def test_only_the_named_codes_are_ignored() -> None:
    def fail(code: str) -> None:
        with ignoring("ResourceNotFound"), aws_errors():
            raise ClientError({"Error": {"Code": code, "Message": "why"}}, "DescribeApp")

    fail("ResourceNotFound")
    with pytest.raises(UserError, match="ResourceInUse"):
        fail("ResourceInUse")
