"""The botocore session: credentials, and clients whose calls raise AwsError.

Not boto3's, which takes longer to import, for what only boto3's own services need.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

from botocore.parsers import ResponseParser, ResponseParserError, ResponseParserFactory
from botocore.session import Session

from studio.aws.errors import credential_errors


@cache
def default_session() -> Session:
    """The session of this process, which reads profiles and prompts for an MFA code once.

    Raises AwsError.
    """
    return open_session()


def open_session(profile: str | None = None) -> Session:
    """A session with the environment's credentials, or with the profile's. Raises AwsError."""
    session = Session(profile=profile)
    if session.get_config_variable("profile") == "":
        # As for the AWS CLI; botocore would look for a profile that has no name.
        session.get_component("config_store").set_config_variable("profile", None)
    session.register_component("response_parser_factory", _Parsers())
    session.register("creating-client-class", _add_errors)
    with credential_errors():
        # Raises where the profile is not there.
        credentials = session.get_component("credential_provider")
        if not _somebody_types():
            # The MFA code would be read from standard input, which may be ssh's or a pipe.
            credentials.get_provider("assume-role")._prompter = _nobody_types
    return session


def _somebody_types() -> bool:
    """Whether there is a terminal, whatever standard input is."""
    if sys.platform == "win32":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _nobody_types(_prompt: str) -> str:
    raise EOFError


class _Errors:
    """Mix-in of every client: its calls raise AwsError."""

    def _make_api_call(self, operation_name: str, api_params: Any) -> Any:
        with credential_errors():
            return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]


def _add_errors(base_classes: list[type], **_: Any) -> None:
    base_classes.insert(0, _Errors)


class _Parsers(ResponseParserFactory):  # type: ignore[misc]
    """Parsers that raise ResponseParserError for an answer of another shape than AWS's."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        parser = super().create_parser(protocol_name)
        parse = parser.parse

        def parsed(response: Any, shape: Any) -> Any:
            try:
                return {**parse(response, shape)}
            except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
                raise ResponseParserError(f"{type(error).__name__}: {error}") from error

        parser.parse = parsed
        return parser
