"""Trust policies: AWS services, on behalf of this account's resources only.

``aws:SourceArn`` and ``aws:SourceAccount`` prevent another account from having the service use the
role for it. A key is required only where AWS documents that the service sends it: a condition on a
key that is not sent denies every request.
"""

from catalog.permissions.iam import Account, Statement


def sagemaker(account: Account, *, source_identity: bool) -> Statement:
    """SageMaker runs the role's apps and jobs, and reads images.

    Studio needs ``arn:...:sagemaker:REGION:ACCOUNT:*`` as it is, never one domain. AWS's examples
    for Studio and images leave ``aws:SourceAccount`` out, so it counts only if it is sent
    (sagemaker/latest/dg/security-confused-deputy-prevention.html).

    source_identity: it also puts the user profile's name into CloudTrail. STS checks
    ``sts:SetSourceIdentity`` in the same AssumeRole request, so the same conditions hold
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
    """Systems Manager hands the role's credentials to the SSM agent in the user's app.

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
