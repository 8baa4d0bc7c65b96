"""Parameter Store: the largest value, and its key; moto stores the parameters."""

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError

_STANDARD, _ADVANCED = 4096, 8192


def check_put(params: Params, call: Call) -> None:
    """Check the size limit of the tier, and that the key exists.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
    """
    advanced = params.get("Tier", "Standard") != "Standard"
    tier, most = ("Advanced", _ADVANCED) if advanced else ("Standard", _STANDARD)
    if len(params["Value"].encode()) > most:
        raise AwsError(
            "ValidationException",
            f"{tier} tier parameters support a maximum parameter value of {most} characters.",
        )
    key, kms = params.get("KeyId"), call.backend("kms")
    if params.get("Type") == "SecureString" and key and not key.startswith("alias/aws/"):
        try:
            known = kms.any_id_to_key_id(key) in kms.keys
        except (AttributeError, KeyError):
            known = False
        if not known:
            raise AwsError("InvalidKeyId", f"Invalid keyId '{key}'")


CHECKS = {"PutParameter": check_put}
