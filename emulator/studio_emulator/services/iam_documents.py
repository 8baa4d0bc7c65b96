"""IAM's policy documents: statement ids, principals, sizes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from studio_emulator.call import Call
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import statements
from studio_emulator.moto_internals import IAMTrustPolicyDocumentValidator
from studio_emulator.services import principals

_malformed = partial(AwsError, "MalformedPolicyDocument")
_TRUST_POLICY_SIZE = 2048
_SID = re.compile(r"[0-9A-Za-z]*")


def check_policy(document: str) -> None:
    """Check a policy of an identity, which names no principal.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    _check_sids(document)
    if any(not {"Principal", "NotPrincipal"}.isdisjoint(each) for each in _readable(document)):
        raise _malformed("Policy document should not specify a principal.")


def check_trust(document: str, call: Call) -> None:
    _check_sids(document)
    IAMTrustPolicyDocumentValidator(document).validate()
    if size(document) > _TRUST_POLICY_SIZE:
        raise exceeded("ACLSizePerRole", _TRUST_POLICY_SIZE)
    parsed = statements(document)
    for statement in parsed:
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise _malformed("Missing required field Principal")
    for principal in principals.absent(parsed, call):
        raise _malformed(f'Invalid principal in policy: "AWS":"{principal}"')


def _check_sids(document: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html"""
    for statement in _readable(document):
        sid = statement.get("Sid", "")
        if isinstance(sid, str) and not _SID.fullmatch(sid):
            raise _malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
                "regular expression [0-9A-Za-z]*"
            )


def _readable(document: str) -> Sequence[dict[str, Any]]:
    """The statements; none if the document is no JSON object, which moto reports."""
    try:
        return statements(document)
    except ValueError:
        return ()


def size(document: str) -> int:
    """The size of a policy in characters, without white space."""
    return len(re.sub(r"\s", "", document))


def exceeded(quota: str, most: int) -> AwsError:
    """IAM's error for a quota."""
    return AwsError("LimitExceeded", f"Cannot exceed quota for {quota}: {most}")
