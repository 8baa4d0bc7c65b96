"""Policies of users who start sessions."""

from itertools import count
from typing import Any

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, allow, client_with, create_user

NODES = f"arn:aws:ssm:*:{ACCOUNT}:managed-instance/*"
OWN = {"StringEquals": {"ssm:resourceTag/SSHOwner": "alice"}}
CHECKED = {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}
START = [
    allow("ssm:StartSession", resource=NODES, **OWN, **CHECKED),
    allow("ssm:StartSession", resource="arn:aws:ssm:*::document/AWS-StartSSHSession", **CHECKED),
]
OPEN = allow("ssmmessages:OpenDataChannel", resource="arn:aws:ssm:*:*:session/${aws:userid}-*")
NUMBERS = count()


def user(aws: Emulator, *statements: dict[str, Any]) -> Any:
    """The SSM client of a new user, user-NUMBER."""
    return client_with(aws, "ssm", create_user(aws, f"user-{next(NUMBERS)}", *statements))
