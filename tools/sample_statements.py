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


def allow(
    sid: str,
    why: str,
    actions: str,
    resources: tuple[str, ...] = ("*",),
    conditions: Conditions | None = None,
) -> Statement:
    """A statement. actions: as in ``ec2:CreateVpc DeleteVpc route53:GetChange``."""
    service = actions.partition(":")[0]
    full = (name if ":" in name else f"{service}:{name}" for name in actions.split())
    return Statement(
        sid=sid, why=why, actions=tuple(full), resources=resources, conditions=conditions or {}
    )
