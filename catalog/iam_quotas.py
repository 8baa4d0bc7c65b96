"""Quotas of an AWS account that limit a deployment."""

ROLES_PER_ACCOUNT = 1000
"""IAM roles, by default (IAM guide, "IAM and AWS STS quotas", Roles in an AWS account)."""

POLICIES_PER_ROLE = 10
"""Managed policies attached to an IAM role, by default (same page)."""

POLICY_SIZE = 6144
"""Characters of a managed policy without white space, not adjustable (same page)."""
