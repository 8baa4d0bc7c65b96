"""What projects, packages, git and encryption add to an execution role, whoever the user is."""

from catalog.permissions.iam import Account, Statement
from catalog.permissions.studio_permissions import WHILE_CREATING


def projects(account: Account) -> tuple[Statement, ...]:
    """SageMaker projects, which are products of Service Catalog."""
    return (
        Statement(
            sid="UseProjects",
            why="People make projects from the templates that an administrator shares.",
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
            why="The templates to choose from and the state of a project; IAM knows no resource.",
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
            why="A project is a product that Service Catalog launches with a role of its own.",
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
            why="People change and end the projects that they launched; IAM knows no resource.",
            actions=(
                "servicecatalog:TerminateProvisionedProduct",
                "servicecatalog:UpdateProvisionedProduct",
            ),
            resources=("*",),
            conditions={"StringEquals": {"servicecatalog:userLevel": "self"}},
        ),
        Statement(
            sid="ListProjectResources",
            why="Studio shows what a project consists of.",
            actions=("cloudformation:ListStackResources",),
            resources=account.arns("cloudformation", "stack/SC-*"),
        ),
        Statement(
            sid="ReadTemplates",
            why="The templates lie in AWS's buckets, recognised by this tag.",
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
            why="Packages that the team keeps in CodeArtifact, to install and not to publish.",
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
            why="CodeArtifact's token is a bearer token of STS; IAM knows no resource for it.",
            actions=("sts:GetServiceBearerToken",),
            resources=("*",),
            conditions={"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}},
        ),
    )


def git(account: Account, *, name: str) -> tuple[Statement, ...]:
    """CodeCommit repositories called ``NAME-...``, and those that SageMaker projects make."""
    return (
        Statement(
            sid="UseRepositories",
            why="People clone and push the team's repositories and those of their projects.",
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
            why="To find a repository to clone; IAM knows no resource for it.",
            actions=("codecommit:ListRepositories",),
            resources=("*",),
        ),
    )


def encryption(*, key: str) -> tuple[Statement, ...]:
    """Encrypting with the domain's key from a notebook or a job; key: its ARN."""
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
