"""The rules of checkov that this project skips, in templates and plans: at most five."""

from tests.plan.policy import Skip

SKIPS = (
    Skip(
        check="CKV2_AWS_5",
        resources=(
            "studio_group_*",
            "studio_no_rules_*",
            "*_apps_group_*",
        ),
        reason="They are attached by SageMaker, to the network interfaces of apps, as the domain "
        "and the user profiles say; checkov's list of what a security group can be attached to "
        "has neither of the two.",
    ),
)
