"""KMS's grants: which principals and operations they name, and which one is retired."""

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.services import key_states, principals

_ASYMMETRIC = frozenset(
    {"DeriveSharedSecret", "GenerateMac", "GetPublicKey", "Sign", "Verify", "VerifyMac"}
)


def create_grant(params: Params, call: Call) -> Answer | None:
    """CreateGrant: the principals must exist; the same name and parameters return the same grant.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html (Name). Terraform's
    provider retries on InvalidArnException.
    """
    for member in ("GranteePrincipal", "RetiringPrincipal"):
        arn = params.get(member)
        if arn and not (arn.startswith("arn:") and principals.exists(arn, call)):
            message = f"ARN does not refer to a valid principal: {arn}"
            raise AwsError("InvalidArnException", message)
    key = key_states.named(params["KeyId"], call)
    wrong = _ASYMMETRIC.intersection(params["Operations"])
    if wrong and key.key_spec == key_states.SYMMETRIC:
        message = f"{', '.join(sorted(wrong))} cannot be granted on a symmetric key"
        raise AwsError("ValidationException", message)
    for grant in key.grants.values():
        same = (
            grant.name == params.get("Name")
            and grant.grantee_principal == params["GranteePrincipal"]
            and sorted(grant.operations) == sorted(params["Operations"])
            and (grant.constraints or {}) == params.get("Constraints", {})
            and grant.retiring_principal == params.get("RetiringPrincipal")
        )
        if grant.name and same:
            return {"GrantId": grant.id, "GrantToken": grant.token}
    return None


def check_retire_grant(params: Params, call: Call) -> None:
    """The grant, by its token or by its key and id, must exist.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
    """
    held = [grant for key in call.backend("kms").keys.values() for grant in key.grants.values()]
    if token := params.get("GrantToken"):
        if token not in (grant.token for grant in held):
            raise AwsError("InvalidGrantTokenException", "The grant token is not valid.")
    elif "KeyId" not in params or "GrantId" not in params:
        message = "Either a grant token or a grant ID with its key is required."
        raise AwsError("ValidationException", message)
    elif params["GrantId"] not in (grant.id for grant in held):
        raise AwsError("InvalidGrantIdException", "The grant does not exist.")
