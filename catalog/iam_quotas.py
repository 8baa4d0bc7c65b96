"""IAM's quotas of roles and policies, by default: numbers in an account, sizes, length of a name.

Source: the IAM guide, "IAM and AWS STS quotas" (IAM/latest/UserGuide/reference_iam-quotas.html).
IAM counts characters without white space.
"""

ROLES_PER_ACCOUNT = 1000

POLICIES_PER_ROLE = 10
"""Managed policies attached to a role."""

POLICY_SIZE = 6144
"""Characters of a managed policy; not adjustable."""

POLICY_NAME_LENGTH = 128
"""Characters of the name of a managed policy."""
