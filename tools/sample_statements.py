"""Statements in the account of the written policies, also limited by the deployment's tag."""

from catalog.names import DEPLOYMENT_TAG
from catalog.permissions.iam import Account, Conditions, Statement

SAMPLE = Account(partition="aws", region="REGION", id="ACCOUNT")
NAME = "NAME"
"""The deployment's name."""
TAG = f"aws:ResourceTag/{DEPLOYMENT_TAG}"
OWN = {"StringEquals": {TAG: NAME}}
"""Resources of the deployment."""
NEW = {"StringEquals": {f"aws:RequestTag/{DEPLOYMENT_TAG}": NAME}}
"""Resources that the request creates with the deployment's tag."""


def actions(listed: str) -> tuple[str, ...]:
    """The actions in a text such as ``ec2:CreateVpc DeleteVpc route53:GetChange``."""
    service = listed.partition(":")[0]
    return tuple(name if ":" in name else f"{service}:{name}" for name in listed.split())


def allow(
    sid: str,
    why: str,
    listed: str,
    resources: tuple[str, ...] = ("*",),
    conditions: Conditions | None = None,
) -> Statement:
    """A statement. listed: as of ``actions``."""
    names = actions(listed)
    return Statement(
        sid=sid, why=why, actions=names, resources=resources, conditions=conditions or {}
    )
