"""The statements of an execution role for projects, packages, git and encryption."""

from catalog.permissions.iam import Account, Statement
from catalog.permissions.studio_permissions import WHILE_CREATING


def projects(account: Account) -> tuple[Statement, ...]:
    """SageMaker projects, which are products of Service Catalog."""
    return (
        Statement(
            sid="UseProjects",
            why="Users create projects from the templates that an administrator shares.",
            actions=(
                "sagemaker:CreateProject",
                "sagemaker:DeleteProject",
                "sagemaker:DescribeProject",
                "sagemaker:UpdateProject",
            ),
            resources=account.arns("sagemaker", "project/*"),
        ),
        Statement(
            sid="TagProjects",
            why="Studio tags a project as it creates it.",
            actions=("sagemaker:AddTags",),
            resources=account.arns("sagemaker", "project/*"),
            conditions=WHILE_CREATING,
        ),
        Statement(
            sid="BrowseTemplates",
            why="Lists of templates and projects; these calls have no resource in IAM.",
            actions=(
                "sagemaker:GetSagemakerServicecatalogPortfolioStatus",
                "sagemaker:ListProjects",
                "servicecatalog:DescribeProductView",
                "servicecatalog:DescribeProvisionedProduct",
                "servicecatalog:DescribeRecord",
                "servicecatalog:ListRecordHistory",
                "servicecatalog:ScanProvisionedProducts",
                "servicecatalog:SearchProducts",
                "servicecatalog:SearchProvisionedProducts",
            ),
            resources=("*",),
        ),
        Statement(
            sid="LaunchTemplates",
            why="A project is a product that Service Catalog launches with its own role.",
            actions=(
                "servicecatalog:DescribeProduct",
                "servicecatalog:DescribeProvisioningParameters",
                "servicecatalog:ListLaunchPaths",
                "servicecatalog:ProvisionProduct",
            ),
            resources=account.arns("catalog", "product/*"),
        ),
        Statement(
            sid="ChangeOwnProjects",
            why="Users change and end their projects; these calls have no resource in IAM.",
            actions=(
                "servicecatalog:TerminateProvisionedProduct",
                "servicecatalog:UpdateProvisionedProduct",
            ),
            resources=("*",),
            conditions={"StringEquals": {"servicecatalog:userLevel": "self"}},
        ),
        Statement(
            sid="ListProjectResources",
            why="Studio shows the resources of a project.",
            actions=("cloudformation:ListStackResources",),
            resources=account.arns("cloudformation", "stack/SC-*"),
        ),
        Statement(
            sid="ReadTemplates",
            why="The templates are in buckets of AWS, with this tag.",
            actions=("s3:GetObject",),
            resources=(account.bucket_arn("*"),),
            conditions={
                "StringEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"}
            },
        ),
    )


def packages(account: Account) -> tuple[Statement, ...]:
    """pip, conda and npm from CodeArtifact, without the internet."""
    return (
        Statement(
            sid="ReadPackages",
            why="Users install packages from CodeArtifact; they do not publish.",
            actions=(
                "codeartifact:DescribePackageVersion",
                "codeartifact:DescribeRepository",
                "codeartifact:GetAuthorizationToken",
                "codeartifact:GetPackageVersionReadme",
                "codeartifact:GetRepositoryEndpoint",
                "codeartifact:ListPackageVersions",
                "codeartifact:ListPackages",
                "codeartifact:ReadFromRepository",
            ),
            resources=account.arns("codeartifact", "domain/*", "package/*", "repository/*"),
        ),
        Statement(
            sid="LogInToCodeArtifact",
            why="CodeArtifact's token is a bearer token of STS, which has no resource in IAM.",
            actions=("sts:GetServiceBearerToken",),
            resources=("*",),
            conditions={"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}},
        ),
    )


def git(account: Account, *, name: str) -> tuple[Statement, ...]:
    """CodeCommit repositories ``NAME-...``, and those of SageMaker projects."""
    return (
        Statement(
            sid="UseRepositories",
            why="Users clone and push the team's repositories and those of their projects.",
            actions=(
                "codecommit:BatchGetRepositories",
                "codecommit:GetRepository",
                "codecommit:GitPull",
                "codecommit:GitPush",
                "codecommit:ListBranches",
            ),
            resources=account.arns("codecommit", f"{name}-*", "sagemaker-*"),
        ),
        Statement(
            sid="ListRepositories",
            why="To find a repository to clone; this call has no resource in IAM.",
            actions=("codecommit:ListRepositories",),
            resources=("*",),
        ),
    )


def encryption(*, key: str) -> tuple[Statement, ...]:
    """Encryption with the domain's key in a notebook or a job; key: its ARN."""
    return (
        Statement(
            sid="UseKey",
            why="Client-side encryption, and objects in S3 that this key encrypts.",
            actions=(
                "kms:Decrypt",
                "kms:Encrypt",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
            ),
            resources=(key,),
        ),
    )
