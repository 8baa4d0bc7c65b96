"""Another CDKTF app with only this project's modules; argv: the output folder."""

import sys

# An import of these raises ModuleNotFoundError.
for package in ("settings", "studio", "scripts", "stacks", "studio_emulator", "tools"):
    sys.modules[package] = None  # type: ignore[assignment]

import modules  # noqa: E402, F401  before cdktf

# isort: split
from cdktf import App, LocalBackend, TerraformStack  # noqa: E402
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy  # noqa: E402
from cdktf_cdktf_provider_aws.provider import AwsProvider  # noqa: E402

from catalog.container_config import ContainerConfig  # noqa: E402
from catalog.names import AppType, Feature  # noqa: E402
from catalog.permissions import role_policies, trust  # noqa: E402
from catalog.permissions.iam import Account, document  # noqa: E402
from modules.app_settings import Start  # noqa: E402
from modules.custom_image import StudioImage  # noqa: E402
from modules.endpoints import PrivateEndpoints, S3Gateway  # noqa: E402
from modules.execution_role import ExecutionRole  # noqa: E402
from modules.existing_vpc import ExistingVpc  # noqa: E402
from modules.flow_logs import FlowLogs  # noqa: E402
from modules.key import DiskKey  # noqa: E402
from modules.naming import Context  # noqa: E402
from modules.private_space import PrivateSpace  # noqa: E402
from modules.repository import ImageRepository  # noqa: E402
from modules.security_groups import EndpointsSecurityGroup, StudioSecurityGroup  # noqa: E402
from modules.start_script import SshHelperScript  # noqa: E402
from modules.studio_domain import StudioDomain  # noqa: E402
from modules.user_profile import UserProfile  # noqa: E402
from modules.vpc import IsolatedVpc  # noqa: E402

FEATURES = tuple(Feature)
ACCOUNT = Account(partition="aws", region="eu-west-1", id="123456789012")
name = Context(prefix="theirs").name

app = App(outdir=sys.argv[1])
stack = TerraformStack(app, "everything")
LocalBackend(stack)
AwsProvider(stack, "aws", region=ACCOUNT.region)

vpc = IsolatedVpc(
    stack, "vpc", cidr="10.0.0.0/16", subnet_cidrs=["10.0.0.0/20", "10.0.16.0/20"], name=name("vpc")
)
s3 = S3Gateway(
    stack,
    "s3",
    vpc_id=vpc.id,
    route_table_ids=[subnet.route_table_id for subnet in vpc.subnets],
    account=ACCOUNT,
    name=name("s3"),
)
ExistingVpc(
    stack,
    "shared",
    vpc_id="vpc-0123456789abcdef0",
    subnet_ids=["subnet-0123456789abcdef0"],
    region=ACCOUNT.region,
)
endpoints_group = EndpointsSecurityGroup(
    stack, "endpoints_group", vpc_id=vpc.id, vpc_cidrs=[vpc.cidr], name=name("endpoints")
)
apps = StudioSecurityGroup(
    stack,
    "apps",
    vpc_id=vpc.id,
    vpc_cidrs=[vpc.cidr],
    endpoints_security_group_id=endpoints_group.id,
    s3_prefix_list_id=s3.prefix_list_id,
    name=name("apps"),
)
PrivateEndpoints(
    stack,
    "endpoints",
    features=FEATURES,
    vpc_id=vpc.id,
    subnets=vpc.subnets,
    security_group_id=endpoints_group.id,
    account=ACCOUNT,
    name=name("endpoint"),
)
FlowLogs(stack, "logs", account=ACCOUNT, vpc_id=vpc.id, days=30, name=name("logs"), own_key=True)
key = DiskKey(stack, "key", account=ACCOUNT, alias=name("disks"), description="Disks of Studio")
policies = role_policies.shared(
    ACCOUNT, name="theirs", features=FEATURES, buckets=("their-data",), key=key.arn
)
role = ExecutionRole(
    stack,
    "role",
    name=name("alice"),
    description="Runs apps",
    trust=[trust.sagemaker(ACCOUNT, source_identity=True), trust.systems_manager(ACCOUNT)],
    own=role_policies.own(
        ACCOUNT, user="alice", role=ACCOUNT.role_arn(name("alice")), features=FEATURES
    ),
    attached={
        policy: IamPolicy(stack, f"policy-{policy}", policy=document(content.statements)).arn
        for policy, content in policies.items()
    },
)
repository = ImageRepository(stack, "repository", name="theirs/lab", keep_images=5).repository
image = StudioImage(
    stack,
    "image",
    name=name("lab"),
    repository=repository,
    tag="v1",
    role_arn=role.arn,
    containers={AppType.JUPYTER_LAB: ContainerConfig(entrypoint=("/start",))},
).image
domain = StudioDomain(
    stack,
    "domain",
    name=name(),
    auth="IAM",
    vpc_id=vpc.id,
    subnet_ids=[subnet.id for subnet in vpc.subnets],
    execution_role_arn=role.arn,
    shared_space_security_group_ids=[apps.id],
    source_identity=True,
    retention="Delete",
    idle_minutes=60,
    app_types=[AppType.JUPYTER_LAB],
    images=[image],
    kms_key_arn=key.arn,
)
script = SshHelperScript(
    stack, "script", name=name("ssh"), user="alice", app_type=AppType.JUPYTER_LAB
)
profile = UserProfile(
    stack,
    "profile",
    name="alice",
    domain_id=domain.id,
    execution_role_arn=role.arn,
    security_group_ids=[apps.id],
    idle_minutes=60,
    app_types=[AppType.JUPYTER_LAB],
    volume_gb=10,
    images=[image],
    start={
        AppType.JUPYTER_LAB: Start(
            instance_type="ml.t3.large", image=image, script_arn=script.arn, with_script=True
        )
    },
)
PrivateSpace(
    stack,
    "space",
    name="alice",
    domain_id=domain.id,
    owner=profile,
    app_type=AppType.JUPYTER_LAB,
    volume_gb=10,
)
app.synth()
