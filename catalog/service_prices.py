"""Prices in us-east-1, which estimates use in every region; how many hours a month has.

Sources (November 2026): aws.amazon.com/privatelink/pricing, /efs/pricing, /ecr/pricing,
/kms/pricing, /systems-manager/pricing. All in USD.
"""

ENDPOINT_ZONE_HOUR = 0.01
"""An interface endpoint, for each of its availability zones."""

EFS_GB_MONTH = 0.30
"""EFS Standard, several zones."""

ECR_GB_MONTH = 0.10

KEY_MONTH = 1.0
"""A customer's own KMS key."""

NODE_HOUR = 0.00695
"""A managed node in the advanced tier."""

GB = 1024**3

HOURS_A_MONTH = 730
"""As AWS's own calculator counts."""


def per_month(amount: float) -> str:
    """An amount as text; an amount below a cent does not read as zero."""
    return f"{amount:.2f} USD a month" if amount == 0 or amount >= 0.01 else "< 0.01 USD a month"
