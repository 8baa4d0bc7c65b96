"""Examines the trust policy and the permissions of existing roles; unknown conditions are met."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from catalog.iam_quotas import POLICY_SIZE
from catalog.names import ConnectMethod, Feature
from catalog.permissions import role_policies, space_permissions, studio_permissions, trust
from catalog.permissions.iam import Account, Statement
from settings import Settings
from settings.existing import repository_arns
from studio.aws.client import Aws
from studio.aws.existing_roles import Document, Role, read_role
from studio.aws.keys import disk_key
from studio.aws.policies import Decision, Request, decide, listed
from studio.doctor.finding import Finding, ask, looking_up

_ask = partial(ask, "the identity team")

_ASSUMED_FOR = {"sagemaker.amazonaws.com": "sagemaker", "ssm.amazonaws.com": "ssm"}
"""The service of the ARN in aws:SourceArn, by the service that assumes the role."""


def existing_role_arns(settings: Settings) -> tuple[str, ...]:
    named = (settings.domain.execution_role, *map(settings.execution_role, settings.users))
    return tuple(dict.fromkeys(filter(None, named)))


def roles(settings: Settings, aws: Aws) -> Iterator[Finding]:
    """The problems of each role, with the missing statements."""
    arns = existing_role_arns(settings)
    if not arns:
        return
    account_id = aws.account()
    account = Account(partition=settings.partition, region=settings.region, id=account_id)
    for arn in arns:
        if (owner := arn.split(":")[4]) != account_id:
            yield _ask(
                f"{arn} is a role of account {owner}; SageMaker accepts only roles of its own "
                "account",
                f"create a role in account {account_id}",
            )
            continue
        with looking_up(arn):
            role = read_role(aws, arn)
            key = _key(settings, aws, account)
        if role is None:
            yield _ask(f"{arn} does not exist", "send the ARN of a role, with its path")
            continue
        yield from _examine_trust(settings, account, role)
        yield from _examine_permissions(_needed(settings, account, arn, key=key), role)


def _examine_trust(settings: Settings, account: Account, role: Role) -> Iterator[Finding]:
    wanted = [trust.sagemaker(account, source_identity=settings.domain.source_identity)]
    if _by_ssh_helper(settings, role.arn):
        wanted.append(trust.systems_manager(account))
    missing = [
        replace(statement, actions=actions)
        for statement in wanted
        if (actions := tuple(_denied(role, account, statement)))
    ]
    if missing:
        denied = "; ".join(f"{one.principal['Service']} {_actions([one])}" for one in missing)
        yield _ask(
            f"the trust policy of {role.arn} does not allow {denied}",
            f"add to its trust policy: {_json(missing)}",
        )


def _examine_permissions(wanted: Iterable[Statement], role: Role) -> Iterator[Finding]:
    statements = list(wanted)
    found = [one for document in role.policies for one in listed(document.get("Statement"))]
    allowed = [one for one in statements if one.effect == "Allow"]
    lacking = list(_missing(allowed, {"Statement": found}, role.arn))
    found += [one.element() for one in lacking]
    denied = [one for one in statements if one.effect == "Deny"]
    lacking += _missing(denied, {"Statement": found}, role.arn)
    for missing in _in_policies(lacking):
        yield _ask(f"{role.arn} lacks {_actions(missing)}", f"add the policy {_json(missing)}")
    if role.boundary is None:
        return
    for missing in _in_policies(_missing(allowed, role.boundary, role.arn)):
        yield _ask(
            f"the permissions boundary of {role.arn} does not allow {_actions(missing)}",
            f"add to the boundary: {_json(missing)}",
        )


def _needed(
    settings: Settings, account: Account, arn: str, *, key: str | None
) -> Iterator[Statement]:
    """The statements for every use of a role in the settings. key: the ARN of the domain's key."""
    features = set(settings.features)
    if not _by_ssh_helper(settings, arn):
        features -= {Feature.CONNECT}
    users = _users(settings, arn)
    buckets = {*settings.role.buckets, *(b for u in users for b in settings.group(u).buckets)}
    shared = role_policies.shared(
        account,
        name=settings.name,
        features=features,
        buckets=tuple(sorted(buckets)),
        repositories=repository_arns(settings),
        key=key,
    )
    if users:
        yield from (statement for policy in shared.values() for statement in policy.statements)
    if arn == settings.domain.execution_role:
        yield from () if users else shared["studio"].statements
        yield from studio_permissions.image(
            account, name=settings.name, role=arn, repositories=repository_arns(settings)
        )
    for user in users:
        yield from role_policies.own(
            account, name=settings.name, user=user, role=arn, features=features
        )
        if Feature.CONNECT in settings.features and Feature.CONNECT not in features:
            yield space_permissions.connect_to_own_spaces(account, name=settings.name, user=user)


def _users(settings: Settings, arn: str) -> list[str]:
    return [user for user in settings.users if settings.execution_role(user) == arn]


def _by_ssh_helper(settings: Settings, arn: str) -> bool:
    return Feature.CONNECT in settings.features and any(
        settings.connect(user) is ConnectMethod.SSH_HELPER for user in _users(settings, arn)
    )


def _key(settings: Settings, aws: Aws, account: Account) -> str | None:
    match settings.domain.kms:
        case "aws-managed":
            return None
        case "create":
            # The ARN is known only after `studio up` creates the key.
            return disk_key(aws, settings.name) or account.arn("kms", "key/*")
        case arn:
            return arn


def _denied(role: Role, account: Account, wanted: Statement) -> Iterator[str]:
    """The actions of a trust statement that the role denies."""
    service = wanted.principal["Service"]
    for action in wanted.actions:
        request = Request(
            action=action,
            principal=service,
            resource=role.arn,
            keys={
                "aws:SourceAccount": account.id,
                "aws:SourceArn": account.arn(_ASSUMED_FOR[service], "*"),
            },
        )
        if decide(role.trust, request) is Decision.DENIED:
            yield action


def _missing(
    statements: Iterable[Statement], document: Document, principal: str
) -> Iterator[Statement]:
    """Each statement, with only its actions that the document does not allow, or does not deny.

    An action that depends on the request counts as allowed.
    """
    for statement in statements:
        allows = statement.effect == "Allow"
        actions = tuple(
            action
            for action in statement.actions
            if any(
                (decide(document, _request(action, principal, one, statement)) is Decision.DENIED)
                is allows
                for one in statement.resources
            )
        )
        if actions:
            yield replace(statement, actions=actions)


def _request(action: str, principal: str, resource: str, statement: Statement) -> Request:
    """A request to which the statement applies; its resource is the text of the statement's."""
    keys = {
        key: (value if isinstance(value, str) else value[0]).rstrip("*")
        for operator, tests in statement.conditions.items()
        for key, value in tests.items()
        if operator in ("StringEquals", "StringLike", "ArnLike", "ArnEquals")
    }
    return Request(action=action, principal=principal, resource=resource, keys=keys)


def _in_policies(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """The statements, in groups that fit into a managed policy."""
    group, seen = list[Statement](), list[Statement]()
    for statement in statements:
        if statement in seen:
            continue
        seen.append(statement)
        if group and len(_json([*group, statement])) > POLICY_SIZE:
            yield group
            group = []
        group.append(statement)
    if group:
        yield group


def _actions(missing: Iterable[Statement]) -> str:
    return ", ".join(dict.fromkeys(action for one in missing for action in one.actions))


def _json(statements: Iterable[Statement]) -> str:
    """A policy document in one line; IAM accepts each Sid once."""
    elements, sids = list[Mapping[str, Any]](), set[str]()
    for statement in statements:
        element = statement.element()
        if statement.sid in sids:
            del element["Sid"]
        sids.add(statement.sid)
        elements.append(element)
    return json.dumps({"Version": "2012-10-17", "Statement": elements}, separators=(",", ":"))
