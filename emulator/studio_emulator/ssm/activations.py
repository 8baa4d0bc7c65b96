"""Hybrid activations: their code, when one expires (30 days at most), how many nodes register."""

import secrets
import uuid
from typing import Any

from studio_emulator import iam
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.ssm.store import STORES, Activation, Store, page, store

DAY = 24 * 3600.0
LONGEST_DAYS = 30
SERVICE = "ssm.amazonaws.com"
_FILTERS = {
    "ActivationIds": "ActivationId",
    "DefaultInstanceName": "DefaultInstanceName",
    "IamRole": "IamRole",
}


def create_activation(params: Params, call: Call) -> Answer:
    """CreateActivation: the only response with the code; expires after 24 hours by default."""
    now = call.clock.now()
    _check_role(params["IamRole"], call)
    expires = params["ExpirationDate"].timestamp() if "ExpirationDate" in params else now + DAY
    if not now < expires <= now + LONGEST_DAYS * DAY:
        raise AwsError(
            "ValidationException",
            f"ExpirationDate must be in the future and within {LONGEST_DAYS} days.",
        )
    activation = Activation(
        id=str(uuid.uuid4()),
        code=secrets.token_hex(10),
        role=params["IamRole"],
        limit=params.get("RegistrationLimit", 1),
        expires=expires,
        members={
            "CreatedDate": now,
            **{m: params[m] for m in ("Description", "DefaultInstanceName") if m in params},
        },
        tags={tag["Key"]: tag["Value"] for tag in params.get("Tags", [])},
    )
    store(call).activations[activation.id] = activation
    return {"ActivationId": activation.id, "ActivationCode": activation.code}


def describe_activations(params: Params, call: Call) -> Answer:
    """DescribeActivations, including expired and used-up ones."""
    shown = [_shown(activation, call) for activation in store(call).activations.values()]
    for condition in params.get("Filters", []):
        member, values = _FILTERS[condition["FilterKey"]], condition["FilterValues"]
        shown = [activation for activation in shown if activation.get(member) in values]
    return page(shown, params, "ActivationList", key=("CreatedDate", "ActivationId"))


def delete_activation(params: Params, call: Call) -> Answer:
    """DeleteActivation; nodes that registered with it stay."""
    if store(call).activations.pop(params["ActivationId"], None) is None:
        raise AwsError("InvalidActivation", f"Activation {params['ActivationId']} does not exist.")
    return {}


def usable(activation_id: str, *, code: str, now: float) -> tuple[Store, Activation]:
    """An activation with which a node can register at `now` (epoch seconds), and its store.

    AwsError for a wrong id or code, and for an expired or used-up activation.
    """
    for here in STORES.values():
        activation = here.activations.get(activation_id)
        if activation and secrets.compare_digest(activation.code.encode(), code.encode()):
            break
    else:
        raise AwsError("InvalidActivation", "The activation id or the code is not valid.")
    if activation.expires <= now:
        raise AwsError("ActivationExpired", "The activation has expired.")
    if activation.nodes >= activation.limit:
        raise AwsError("RegistrationLimitExceeded", "The activation's registrations are used up.")
    return here, activation


def _shown(activation: Activation, call: Call) -> dict[str, Any]:
    return {
        **activation.members,
        "ActivationId": activation.id,
        "IamRole": activation.role,
        "RegistrationLimit": activation.limit,
        "ExpirationDate": activation.expires,
        "Expired": activation.expires <= call.clock.now(),
        "Tags": [{"Key": key, "Value": value} for key, value in activation.tags.items()],
        # The model's minimum is 1.
        **({"RegistrationsCount": activation.nodes} if activation.nodes else {}),
    }


def _check_role(path_and_name: str, call: Call) -> None:
    """The message is in https://github.com/hashicorp/terraform-provider-aws/issues/27952."""
    arn, source = call.arn(f"role/{path_and_name}", "iam"), call.arn("activation", "ssm")
    if iam.can_assume(call.account, arn, SERVICE, source_arn=source) is None:
        raise AwsError(
            "ValidationException",
            f"Nonexistent role or missing ssm service principal in trust policy: {arn}",
        )
