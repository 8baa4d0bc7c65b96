"""The botocore session: credentials, MFA codes, and clients whose calls raise AwsError.

Importing boto3 takes longer.
"""

import contextlib
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import CredentialRetrievalError
from botocore.loaders import Loader
from botocore.parsers import ResponseParser, ResponseParserError, ResponseParserFactory
from botocore.session import Session
from botocore.utils import JSONFileCache

from studio.aws.errors import NOT_FROM_AWS, ConnectionFailed, credential_errors

_START_SESSION_MODELS = Path(__file__).parent / "models"


@cache
def default_session() -> Session:
    """The session of this process, which prompts once for an MFA code. Raises AwsError."""
    return open_session()


def open_session(profile: str | None = None) -> Session:
    """A session with the environment's credentials, or with the profile's. Raises AwsError."""
    session = _Session(profile=profile)
    if session.get_config_variable("profile") == "":
        # The AWS CLI ignores an empty AWS_PROFILE.
        session.get_component("config_store").set_config_variable("profile", None)
    session.register_component("response_parser_factory", _Parsers())
    session.register(
        "creating-client-class", lambda base_classes, **_: base_classes.insert(0, _Errors)
    )
    with credential_errors():
        # Raises an error for an unknown profile.
        roles = session.get_component("credential_provider").get_provider("assume-role")
        if any("mfa_serial" in each for each in session.full_config["profiles"].values()):
            roles.cache = _RoleSessions(str(Path.home() / ".aws" / "cli" / "cache"))
        if not _has_terminal():
            # botocore would read the MFA code from standard input, which may be ssh's.
            roles._prompter = _refuse_prompt
    return session


def load_start_session_only(session: Session) -> None:
    """Limit the clients of SageMaker and SSM: ssh waits while botocore reads their models, 3 MB."""
    loader = _StartSessionLoader(extra_search_paths=[str(_START_SESSION_MODELS)])
    session.register_component("data_loader", loader)


class _Session(Session):  # type: ignore[misc]
    def get_credentials(self) -> Any:
        """Read the sources of the profile; botocore does not check what credential_process prints.

        No code of this project runs here, so no defect of its own looks like a wrong profile.
        """
        try:
            return super().get_credentials()
        except (AttributeError, TypeError) as error:
            reason = f"{error}; check what its credential_process prints"
            raise CredentialRetrievalError(provider="the profile", error_msg=reason) from error


class _StartSessionLoader(Loader):  # type: ignore[misc]
    def list_available_services(self, type_name: str) -> list[str]:
        # botocore would search all 440 directories.
        del type_name
        return [path.name for path in Path(self.BUILTIN_DATA_PATH).iterdir()]


def _has_terminal() -> bool:
    """Whether the process has a terminal, even if standard input is another file."""
    if sys.platform == "win32":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _refuse_prompt(_prompt: str) -> str:
    raise EOFError


class _RoleSessions(JSONFileCache):  # type: ignore[misc]
    """The AWS CLI's cache of role sessions: AWS accepts an MFA code once, and ssh is a new process.

    botocore has no cache on disk of its own (boto/botocore#1148). Files that cannot be read or
    written are ignored.
    """

    def __contains__(self, key: str) -> bool:
        with contextlib.suppress(LookupError, TypeError):
            return "Expiration" in self[key]["Credentials"]
        return False

    def __setitem__(self, key: str, value: object) -> None:
        with contextlib.suppress(OSError):
            super().__setitem__(key, value)


class _Errors:
    """Mix-in for clients: their calls raise AwsError."""

    def _make_api_call(self, operation_name: str, api_params: Any) -> Any:
        with credential_errors():
            return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]


class _Structure(dict[str, Any]):
    """A structure of a response; a needed member that is missing is an error of the server."""

    def __missing__(self, member: str) -> Any:
        raise ConnectionFailed(f"{NOT_FROM_AWS} (it has no {member})")


def _structured(value: Any) -> Any:
    if isinstance(value, dict):
        return _Structure({name: _structured(member) for name, member in value.items()})
    return list(map(_structured, value)) if isinstance(value, list) else value


class _Parsers(ResponseParserFactory):  # type: ignore[misc]
    """Parsers that raise ResponseParserError for any malformed response."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        parser = super().create_parser(protocol_name)
        parse = parser.parse

        def parsed(response: Any, shape: Any) -> Any:
            try:
                return _structured({**parse(response, shape)})
            except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
                raise ResponseParserError(f"{type(error).__name__}: {error}") from error

        parser.parse = parsed
        return parser
