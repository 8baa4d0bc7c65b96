"""Parameter Store: the largest value, and its key; moto stores the parameters."""

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.resources import kms_key

_STANDARD, _ADVANCED = 4096, 8192


def check_put_parameter(params: Params, call: Call) -> None:
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
    key = params.get("KeyId", "")
    secret = params.get("Type") == "SecureString" and key and not key.startswith("alias/aws/")
    if secret and kms_key(call.backend("kms"), key) is None:
        raise AwsError("InvalidKeyId", f"Invalid keyId '{key}'")
