"""The base of every stack: provider, state backend, names and tags."""

from cdktf import LocalBackend, S3Backend, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from catalog.names import DEPLOYMENT_TAG
from catalog.permissions.iam import Account
from modules.naming import Context
from settings import Settings


class StudioStack(TerraformStack):
    """A stack with the AWS provider of the settings' region, default tags and a state backend.

    ``context`` has the names and tags of its resources.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self.context = _context(settings)
        AwsProvider(
            self,
            "aws",
            region=settings.region,
            default_tags=[AwsProviderDefaultTags(tags=dict(self.context.tags))],
        )
        self._keep_state(settings)

    def account(self) -> Account:
        """The account that the stack is deployed to."""
        return Account(
            partition=self._settings.partition,
            region=self._settings.region,
            id=DataAwsCallerIdentity(self, "caller").account_id,
        )

    def export(self, name: str, value: object, description: str) -> None:
        """Add a Terraform output, under exactly this name."""
        output = TerraformOutput(self, f"output_{name}", value=value, description=description)
        output.override_logical_id(name)

    def _keep_state(self, settings: Settings) -> None:
        stack, state = self.node.id, settings.state
        if not state.bucket:
            # Terraform runs in <output>/stacks/<stack>: from every stack, this is the folder that
            # holds <output>, so that references to another stack's state work.
            LocalBackend(self, path=f"../../../terraform.{stack}.tfstate")
            return
        backend = S3Backend(
            self,
            bucket=state.bucket,
            key=f"{state.key_prefix}/{stack}.tfstate",
            region=state.region or settings.region,
            encrypt=True,
            kms_key_id=state.kms_key or None,
        )
        # cdktf 0.21 has no argument for it.
        backend.add_override("use_lockfile", True)


def _context(settings: Settings) -> Context:
    tags = {
        "Project": settings.name,
        "ManagedBy": "terraform",
        **settings.tags,
        # Last: no tag replaces it, which the settings also refuse.
        DEPLOYMENT_TAG: settings.name,
    }
    return Context(prefix=settings.name, tags=tags)
