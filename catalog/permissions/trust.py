"""Trust policies: AWS services, on behalf of this account's resources only.

``aws:SourceArn`` and ``aws:SourceAccount`` prevent the service from using the role for another
account. Only documented keys are required: a condition on a missing key denies every request.
"""

from catalog.permissions.iam import Account, Statement


def sagemaker(account: Account, *, source_identity: bool) -> Statement:
    """SageMaker runs the role's apps and jobs, and reads images.

    Studio needs exactly ``arn:...:sagemaker:REGION:ACCOUNT:*``, not one domain. AWS's examples for
    Studio and images omit ``aws:SourceAccount``, so the condition is optional
    (sagemaker/latest/dg/security-confused-deputy-prevention.html).

    source_identity: SageMaker records the user profile's name in CloudTrail. STS checks
    ``sts:SetSourceIdentity`` in the same AssumeRole request, with the same conditions
    (sagemaker/latest/dg/monitor-user-access-how-to.html).
    """
    set_identity = ("sts:SetSourceIdentity",) if source_identity else ()
    return Statement(
        sid="SageMaker",
        why="SageMaker runs apps and jobs with this role, for resources of this account only.",
        principal={"Service": "sagemaker.amazonaws.com"},
        actions=("sts:AssumeRole", *set_identity),
        conditions={
            "ArnLike": {"aws:SourceArn": account.arn("sagemaker", "*")},
            "StringEqualsIfExists": {"aws:SourceAccount": account.id},
        },
    )


def systems_manager(account: Account) -> Statement:
    """Systems Manager gives the role's credentials to the SSM agent in the user's app.

    The conditions are those of the service role of a hybrid activation
    (systems-manager/latest/userguide/hybrid-multicloud-service-role.html).
    """
    return Statement(
        sid="SystemsManager",
        why="A hybrid activation registers the user's app as a node that runs with this role.",
        principal={"Service": "ssm.amazonaws.com"},
        actions=("sts:AssumeRole",),
        conditions={
            "StringEquals": {"aws:SourceAccount": account.id},
            "ArnLike": {"aws:SourceArn": account.arn("ssm", "*")},
        },
    )
