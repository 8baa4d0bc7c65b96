"""The error for an invalid file is one line with file, key, value and the allowed values."""

import os
from pathlib import Path

import pytest

from settings import SettingsError, UserError, load
from settings.errors import show
from tests.settings.conftest import Refusal, Write

VPC = "network.vpc_id = 'vpc-0123abcd'\n"
SUBNETS = "network.subnet_ids = ['subnet-0123abcd']\n"
NOT_WITH_VPC = "not with network.vpc_id (vpc-0123abcd); remove it"
ONLY_WITH_VPC = "only with network.vpc_id; remove it"
SUBNETS_OF_VPC = "the ids (subnet-...) of 1 to 16 subnets of network.vpc_id, in a list"
ENDPOINTS = (
    '"create", "existing", "create-missing", or a list of the services whose endpoints exist: any '
    "of sagemaker.api, sagemaker.runtime, studio, ssm, ssmmessages, sts, logs, ecr.api, ecr.dkr, "
    "servicecatalog, codeartifact.api, codeartifact.repositories, git-codecommit, kms, ec2messages"
)
VERSION = "a version's number, or its tag (16 of 0-9, a-f, in quotes)"
NAME = "2 to 20 of a-z, 0-9 and single '-', a letter first, no '-' last, not sg or sg-..."
REGION = "a region that offers SageMaker"
FEATURES = (
    "any of connect, jobs, inference, projects, packages, git, encryption, legacy-agent, in a list"
)
TAG = "letters, digits, spaces and _ . : / = + - @, not starting with aws:"
CIDR = (
    "an IPv4 network of /16 to /23 within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or "
    "100.64.0.0/10"
)
ZONES = "a whole number from 2 to 6 (availability zones)"
DAYS = (
    "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "
    "2922, 3288, 3653 (days)"
)
ARN = "a KMS key's ARN (arn:aws:kms:REGION:ACCOUNT:key/ID)"
KEY = f'"create", "aws-managed" or {ARN}'
HOME_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FAR_KEY = HOME_KEY.replace("us-east-1", "eu-west-1")
SAME_REGION = "a KMS key of the same region (arn:aws:kms:us-east-1:ACCOUNT:key/ID)"
A_ROLE = "arn:aws:iam::111122223333:role/studio"
ROLE = '"" or the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME)'
REPOSITORY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab"
DIGEST = f"sha256:{'0' * 64}"
IMAGE_URI = (
    '"" or the URI of an image in ECR with its digest '
    "(ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:...)"
)
BUCKET = (
    "an S3 bucket's name: 3 to 63 of a-z, 0-9, '-' and '.', a letter or digit first and last, no "
    "'..', not an IP address"
)
RESERVED = (
    "an S3 bucket's name; AWS reserves names that start with xn--, sthree-, amzn-s3-demo- or end "
    "with -s3alias, --ol-s3, .mrap, --x-s3, --table-s3"
)
BOUNDARY = '"" or the ARN of an IAM policy (arn:aws:iam::ACCOUNT:policy/NAME)'
IMAGE = "an image's name: 1 to 28 of a-z, 0-9 and single '-', no '-' first or last"
DOCKERFILE = "with a Dockerfile; there are: full, slim"
APPS = "any of JupyterLab, CodeEditor, KernelGateway, in a list"
NO_APP = "at least one of JupyterLab, CodeEditor, KernelGateway"
ARGUMENT = "a build argument's name: a-z, A-Z, 0-9 and _, no digit first"
PROGRAM = "one program of 1 to 256 characters, in a list"
WORDS = "at most 50 arguments of 1 to 64 characters, in a list"
VARIABLES = "at most 24 strings of up to 256 characters, in a table"
VARIABLE = (
    "a variable's name: a-z, A-Z, 0-9 and _, no digit first; not AWS_... or SAGEMAKER_..., which "
    "Studio sets, and not STUDIO_IMAGE"
)
MINUTES = "a whole number from 60 to 525600 (minutes)"
USER = "a user profile's name: 1 to 63 of a-z, A-Z, 0-9 and '-', no '-' first or last"
SSO = "an IAM Identity Center user name, at most 128 characters"
MEMORY = '8 GiB of memory or more, such as ml.t3.large, for connect = "native"'
WITHOUT_IMAGE = (
    '"native" for alice, whose space starts SageMaker Distribution, or an image with '
    "sagemaker-ssh-helper that runs as JupyterLab (defaults.space.image, users.alice.space.image)"
)
PREFIX = "1 to 512 of a-z, A-Z, 0-9, _ . - and single '/', no '/' first or last"
PRINTABLE = "printable characters only, no line breaks or tabs"
LETTERS = "v" * 257
MANY_TAGS = "{" + ", ".join(f"k{i} = '1'" for i in range(41)) + "}"

# KEY = VALUE as in the file, by the allowed values
WRONG = {
    "no such key; did you mean name?": ['nam = "x"'],
    "no such key; did you mean network.zones?": ["zones = 3", "network.zone = 3"],
    "no such key; did you mean domain.kms?": ["network.kms = 3"],
    "no such key; did you mean network?": ["netwrk = {zones = 2}"],
    "no such key; did you mean users?": ["user = {alice = {}}"],
    "no such key; did you mean image?": ["images = {slim = {}}"],
    "no such key; did you mean image.slim.enabled?": ["image.slim.enable = true"],
    "no such key; users.alice has the keys idle_minutes, images, connect, execution_role, space, "
    "group, versions, sso_user": ['users.alice.email = "a"'],
    "no such key; did you mean defaults.idle_minutes?": ["idle_minuts = 90"],
    "no such key; the file has the keys extends, name, region, features, tags, network, domain, "
    "role, ecr, image, defaults, groups, users_from, users, state": ["xyzzy = 1979-05-27"],
    NAME: [
        'name = "Studio"',
        'name = "s"',
        'name = "2studio"',
        'name = "stu--dio"',
        'name = "studio-"',
        'name = "a23456789012345678901"',
        "name = 7",
        'name = "sg"',
        'name = "sg-team"',
        'name = "\\"\\\\"',
    ],
    PRINTABLE: ['name = "studio\\n"', 'image.slim.description = "a\\tb"'],
    f"{REGION}, such as us-east-1 or eu-central-1": ['region = "mars"'],
    f"{REGION}; did you mean eu-central-1 or me-central-1 or eu-central-2?": [
        'region = "eu-cental-1"'
    ],
    REGION: ["region = 1"],
    FEATURES: ['features = "connect"'],
    "each value once; git appears 2 times": ['features = ["git", "jobs", "git"]'],
    "a table": [
        'tags = ["a"]',
        "network = 3",
        'image = "slim"',
        'image.slim = "yes"',
        'users = ["alice"]',
        "users.alice = [{}]",
    ],
    "another key; `studio` finds the deployment's resources by this one": [
        'tags.studiodeployment = "b"'
    ],
    f"a tag's key: 1 to 128 {TAG}": ['tags."aws:x" = "1"', 'tags."" = "b"'],
    f"a tag's value: 0 to 256 {TAG}": ['tags.x = "a;b"'],
    "a key that differs from Project in more than case, which IAM ignores": ['tags.project = "b"'],
    CIDR: [
        'network.cidr = "ten"',
        "network.cidr = 10",
        'network.cidr = "10.20.0.0"',
        'network.cidr = "10.0.0.0/8"',
        'network.cidr = "10.0.0.0/24"',
        'network.cidr = "10.0.0.0/255.255.0.0"',
        'network.cidr = "8.8.0.0/16"',
        'network.cidr = "0.0.0.0/0"',
        'network.cidr = "fd00::/16"',
    ],
    "the first address of the network: 10.20.0.0/16": ['network.cidr = "10.20.0.1/16"'],
    "SageMaker uses 172.17.0.0/16; choose another private range": [
        'network.cidr = "172.17.64.0/20"'
    ],
    ZONES: [
        "network.zones = 1",
        "network.zones = 7",
        'network.zones = "2"',
        "network.zones = true",
        "network.zones = 2.0",
        "network.zones = nan",
    ],
    "a whole number from 1 to 6 (availability zones)": ["network.endpoint_zones = 0"],
    "true or false": [
        "network.flow_logs = 1",
        'domain.source_identity = "on"',
        "ecr.check = 1",
        'ecr.force_delete = "no"',
    ],
    DAYS: ["network.flow_log_days = 42", 'network.flow_log_days = "30"'],
    '"" or the id of a VPC (vpc-...)': ['network.vpc_id = "my-vpc"'],
    ONLY_WITH_VPC: ['network.endpoints = "existing"', "network.allow_internet = true"],
    ENDPOINTS: [
        'network.endpoints = "all"',
        'network.endpoints = ["s3"]',
        "network.endpoints = [7]",
    ],
    '"IAM" or "SSO"': ['domain.auth = "iam"'],
    '"Retain" or "Delete"': ['domain.retention = "Keep"'],
    KEY: ['domain.kms = ""', 'domain.kms = "alias/mine"'],
    SAME_REGION: [f'domain.kms = "{FAR_KEY}"'],
    "an ARN that starts with arn:aws:iam:": [
        'defaults.execution_role = "arn:aws-cn:iam::111122223333:role/studio"'
    ],
    "at most 30 S3 bucket names, in a list": ['role.buckets = "data"'],
    ROLE: [
        'domain.execution_role = "StudioRole"',
        'defaults.execution_role = "arn:aws:iam::1111:role/studio"',
        'groups.vision.execution_role = "arn:aws:iam::111122223333:user/alice"',
        'users.alice.execution_role = "arn:aws:iam::111122223333:role/team/"',
    ],
    BOUNDARY: ['role.permissions_boundary = "Boundary"'],
    "at most ecr.keep_images (20), or ECR would delete images of versions; it is 21": [
        "image.slim.keep_versions = 21"
    ],
    "a whole number from 1 to 1000 (versions)": ["image.slim.keep_versions = 0"],
    VERSION: [
        "image.slim.version = 0",
        "image.slim.version = true",
        "image.slim.version = 1.0",
        'image.slim.version = "3"',
        "users.alice.versions.slim = -1",
        'users.alice.versions.slim = ""',
    ],
    "a whole number from 1 to 1000 (images)": ["ecr.keep_images = 0"],
    "one of NONE, LOW, MEDIUM, HIGH, CRITICAL": ['ecr.stop_at = "high"'],
    IMAGE: ["image.Slim = {}", "image.a_b = {}", "image.a-name-that-has-29-characters = {}"],
    f"a folder image/gone {DOCKERFILE}": ["image.gone = {}"],
    f"a folder image/notes {DOCKERFILE}": ["image.notes = {}"],
    NO_APP: ["image.slim.app_types = []", "defaults.app_types = []"],
    "at most 128 characters, no space first or last": ['image.slim.display_name = " x"'],
    "no ${ and no %{, which start a Terraform expression": [
        'image.slim.description = "${path.root}"'
    ],
    ARGUMENT: ['image.slim.build_args.1X = "1"'],
    "strings, in a table": ["image.slim.build_args.X = 1", "tags.x = 1"],
    PROGRAM: ['image.slim.entrypoint = ["a", "b"]', 'image.slim.entrypoint = "a"'],
    VARIABLES: ["image.slim.environment.A = 1"],
    VARIABLE: [
        f'image.slim.environment.{name} = "1"'
        for name in ("1X", "AWS_REGION", "SAGEMAKER_SPACE_NAME", "STUDIO_IMAGE")
    ],
    MINUTES: [
        "defaults.idle_minutes = 59",
        "defaults.idle_minutes = 525601",
        "users.alice.idle_minutes = 10",
    ],
    USER: ["users.-alice = {}", 'users."alice b" = {}', f"users.{'a' * 64} = {{}}"],
    "at most 5 names of enabled images, in a list": [
        'users.alice.images = ["a", "b", "c", "d", "e", "f"]'
    ],
    SSO: ['users.alice.sso_user = "a b"'],
    'only with domain.auth = "SSO"; remove it': ['users.alice.sso_user = "alice"'],
    "one of this user's images: slim": ["users.alice.versions.slmi = 1"],
    f"{MEMORY}; ml.c7i.large has 4": ['users.alice.space.instance_type = "ml.c7i.large"'],
    "an instance type of Studio; did you mean ml.t3.large or ml.t3.xlarge or ml.t3.2xlarge?": [
        'defaults.space.instance_type = "ml.t3.lage"'
    ],
    "an instance type of Studio, such as ml.t3.large": ['defaults.space.instance_type = "system"'],
    "an instance type": ["defaults.space.instance_type = 3"],
    "a whole number from 5 to 16384 (GB)": [
        "defaults.space.volume_gb = 4",
        "users.alice.space.volume_gb = 16385",
    ],
    "one of JupyterLab, CodeEditor": ['users.alice.space.app_type = "KernelGateway"'],
    "one of native, ssh-helper": ['defaults.connect = "ssh"'],
    'one of alice\'s images that runs as JupyterLab: "slim", "SageMaker"; it is "full"': [
        'users.alice.space.image = "full"'
    ],
    '"", "SageMaker" or the name of an enabled image': ['users.alice.space.image = "Slim"'],
    BUCKET: ['state.bucket = "My"'],
    PREFIX: ['state.key_prefix = "/a"', 'state.key_prefix = ""'],
    "only with state.bucket; remove it": ['state.region = "eu-west-1"'],
    f'"" or {ARN}': ['state.kms_key = "create"'],
}

# (content of the file, KEY = VALUE, allowed values)
VALUES = [
    *((line, line, allowed) for allowed, lines in WRONG.items() for line in lines),
    # name, region, features
    ('features = ["conect"]', 'features[0] = "conect"', FEATURES),
    ('features = ["git", 1]', "features[1] = 1", FEATURES),
    # tags
    (f'tags.x = "{LETTERS}"', f'tags.x = "{LETTERS[:116]}...', f"a tag's value: 0 to 256 {TAG}"),
    (
        'tags = { Team = "a", team = "b" }',
        'tags.team = "b"',
        "a key that differs from Team in more than case, which IAM ignores",
    ),
    (
        f"tags = {MANY_TAGS}",
        "tags = " + ("{" + ", ".join(f'k{i} = "1"' for i in range(41)))[:117] + "...",
        "at most 40 tags (AWS allows 50; `studio` adds some)",
    ),
    # network
    ("network.zones = 0x" + "f" * 5000, "network.zones = 0x" + "f" * 115 + "...", ZONES),
    # an existing network
    (VPC, "network.subnet_ids", SUBNETS_OF_VPC),
    (VPC + "network.subnet_ids = []", "network.subnet_ids = []", SUBNETS_OF_VPC),
    (
        VPC + "network.subnet_ids = ['vpc-0123abcd']",
        'network.subnet_ids[0] = "vpc-0123abcd"',
        SUBNETS_OF_VPC,
    ),
    (
        VPC + "network.subnet_ids = ['subnet-0123abcd', 'subnet-0123abcd']",
        'network.subnet_ids = ["subnet-0123abcd", "subnet-0123abcd"]',
        "each value once; subnet-0123abcd appears 2 times",
    ),
    (
        VPC + "network.cidr = '10.0.0.0/16'\n" + SUBNETS,
        'network.cidr = "10.0.0.0/16"',
        NOT_WITH_VPC,
    ),
    (VPC + SUBNETS + "network.zones = 2", "network.zones = 2", NOT_WITH_VPC),
    (VPC + SUBNETS + "network.flow_logs = true", "network.flow_logs = true", NOT_WITH_VPC),
    (SUBNETS, 'network.subnet_ids = ["subnet-0123abcd"]', ONLY_WITH_VPC),
    (
        "network.security_group_ids = ['default']",
        'network.security_group_ids[0] = "default"',
        "the ids (sg-...) of at most 4 security groups, in a list",
    ),
    # domain
    (
        'features = ["jobs", "encryption"]\ndomain.kms = "aws-managed"',
        'features[1] = "encryption"',
        'only with a customer managed key (domain.kms = "create" or its ARN); remove it',
    ),
    (
        f'region = "cn-north-1"\ndomain.kms = "{HOME_KEY.replace("us-east-1", "cn-north-1")}"',
        f'domain.kms = "{HOME_KEY.replace("us-east-1", "cn-north-1")}"',
        "a KMS key of the same region (arn:aws-cn:kms:cn-north-1:ACCOUNT:key/ID)",
    ),
    # existing roles and images
    (
        f'[groups.vision]\npolicies = ["arn:aws:iam::aws:policy/X"]\nexecution_role = "{A_ROLE}"',
        'groups.vision.policies = ["arn:aws:iam::aws:policy/X"]',
        f"not with execution_role ({A_ROLE}); remove it",
    ),
    (
        'groups.vision.policies = ["arn:aws-cn:iam::111122223333:policy/x"]',
        'groups.vision.policies[0] = "arn:aws-cn:iam::111122223333:policy/x"',
        "an ARN that starts with arn:aws:iam:",
    ),
    *(
        (f'image.lab.uri = "{uri}"', f"image.lab.uri = {show(uri)}", f"{IMAGE_URI}{why}")
        for uri, why in (
            (f"{REPOSITORY}:latest", "; a tag can be moved to another image"),
            (REPOSITORY, "; a tag can be moved to another image"),
            (f"{REPOSITORY}:1@{DIGEST}", ""),
            (f"{REPOSITORY}@sha256:123", ""),
            (f"public.ecr.aws/team/lab@{DIGEST}", ""),
            (f"{REPOSITORY[1:]}@{DIGEST}", ""),
        )
    ),
    (
        f'region = "eu-west-1"\nimage.lab.uri = "{REPOSITORY}@{DIGEST}"',
        f"image.lab.uri = {show(f'{REPOSITORY}@{DIGEST}')}",
        "an image of the same region (ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/...)",
    ),
    (
        f'image.slim.uri = "{REPOSITORY}@{DIGEST}"',
        f"image.slim.uri = {show(f'{REPOSITORY}@{DIGEST}')}",
        "not for an image with a folder image/slim; choose another name",
    ),
    (
        f'image.lab = {{ uri = "{REPOSITORY}@{DIGEST}", build_args = {{ A = "1" }} }}',
        'image.lab.build_args = {A = "1"}',
        "not with uri, which is not built; remove it",
    ),
    # role, ecr
    (
        f"role.buckets = {[f'bucket-{number}' for number in range(31)]}",
        f"role.buckets = {str([f'bucket-{n}' for n in range(31)])[:117]}...".replace("'", '"'),
        "at most 30 S3 bucket names, in a list",
    ),
    ('role.buckets = ["team", "Data"]', 'role.buckets[1] = "Data"', BUCKET),
    ('role.buckets = ["192.168.5.4"]', 'role.buckets[0] = "192.168.5.4"', BUCKET),
    ('role.buckets = ["a..b"]', 'role.buckets[0] = "a..b"', BUCKET),
    ('role.buckets = ["xn--data"]', 'role.buckets[0] = "xn--data"', RESERVED),
    ('role.buckets = ["data-s3alias"]', 'role.buckets[0] = "data-s3alias"', RESERVED),
    (
        'region = "us-gov-west-1"\nrole.permissions_boundary = "arn:aws:iam::aws:policy/Bound"',
        'role.permissions_boundary = "arn:aws:iam::aws:policy/Bound"',
        "an ARN that starts with arn:aws-us-gov:iam:",
    ),
    (
        "ecr.keep_images = 9",
        "image.slim.keep_versions",
        "at most ecr.keep_images (9), or ECR would delete images of versions; it is 10",
    ),
    (
        "[users.alice]\nimages = []\nversions = { slim = 1 }",
        "users.alice.versions.slim = 1",
        "one of this user's images: none",
    ),
    # images
    ('image.slim.app_types = ["Jupyter"]', 'image.slim.app_types[0] = "Jupyter"', APPS),
    ('image.slim.entrypoint = [""]', 'image.slim.entrypoint[0] = ""', PROGRAM),
    ('image.slim.entrypoint = ["  "]', 'image.slim.entrypoint[0] = "  "', "not only spaces"),
    (f"image.slim.arguments = {['a'] * 51}", f"image.slim.arguments = {show(['a'] * 51)}", WORDS),
    (
        f"image.slim.arguments = ['{'a' * 65}']",
        f"image.slim.arguments[0] = {show('a' * 65)}",
        WORDS,
    ),
    (
        'image.slim.arguments = ["${x}"]',
        'image.slim.arguments[0] = "${x}"',
        "no ${ and no %{, which start a Terraform expression",
    ),
    (
        "image.slim.environment = {" + ", ".join(f"V{n} = ''" for n in range(25)) + "}",
        f"image.slim.environment = {show({f'V{n}': '' for n in range(25)})}",
        VARIABLES,
    ),
    (
        f"image.slim.environment.A = '{'a' * 257}'",
        f"image.slim.environment.A = {show('a' * 257)}",
        VARIABLES,
    ),
    *(
        (
            f'image.slim = {{ app_types = ["KernelGateway"], {key} = {value} }}',
            f"image.slim.{key} = {value.replace('{ ', '{').replace(' }', '}')}",
            "only for an image that runs as JupyterLab or CodeEditor; remove it",
        )
        for key, value in (
            ("entrypoint", '["a"]'),
            ("arguments", '["a"]'),
            ("environment", '{ A = "a" }'),
        )
    ),
    # groups, users
    (
        'groups.vision.images = ["torch"]',
        'groups.vision.images[0] = "torch"',
        "an enabled image; enabled: slim",
    ),
    (
        "[users.alice]\n[users.Alice]",
        "users.Alice = {}",
        "a name that differs from alice in more than case, which SageMaker ignores",
    ),
    (
        '[users.alice]\nimages = ["slmi"]',
        'users.alice.images[0] = "slmi"',
        "an enabled image; enabled: slim",
    ),
    (
        '[image.slim]\nenabled = false\n[users.alice]\nimages = ["slim"]',
        'users.alice.images[0] = "slim"',
        "an enabled image; enabled: none",
    ),
    (
        "image = {a = {}, b = {}, c = {}, d = {}, e = {}, f = {}}\n[users.alice]",
        "users.alice.images",
        "a list of at most 5 images: 6 are enabled",
    ),
    (
        'domain.auth = "SSO"\n[users.alice]',
        "users.alice.sso_user",
        'domain.auth = "SSO" needs each user\'s IAM Identity Center user name',
    ),
    # spaces
    (
        '[defaults.space]\ninstance_type = "ml.t3.medium"\n[users.alice]\n[users.bob]',
        'defaults.space.instance_type = "ml.t3.medium"',
        f"{MEMORY}; ml.t3.medium has 4",
    ),
    (
        '[defaults]\nconnect = "ssh-helper"\nspace.instance_type = "ml.t3.small"\n'
        '[users.alice]\nconnect = "native"',
        'defaults.space.instance_type = "ml.t3.small"',
        f"{MEMORY}; ml.t3.small has 2",
    ),
    (
        'defaults.app_types = ["CodeEditor"]\n[users.alice]',
        "defaults.space.app_type",
        "an app type of defaults.app_types: CodeEditor",
    ),
    (
        'image.slim.enabled = false\n[users.alice]\nconnect = "ssh-helper"',
        'users.alice.connect = "ssh-helper"',
        WITHOUT_IMAGE,
    ),
    (
        'defaults.connect = "ssh-helper"\n[users.alice]\nspace.image = "SageMaker"',
        'defaults.connect = "ssh-helper"',
        WITHOUT_IMAGE,
    ),
    (
        'region = "mx-central-1"\n[users.alice]\nspace.image = "SageMaker"',
        'users.alice.space.image = "SageMaker"',
        "one of alice's images that runs as JupyterLab: which account publishes SageMaker "
        "Distribution in mx-central-1 is not known",
    ),
    (
        '[users.alice]\nspace.image = "slim"\nspace.app_type = "CodeEditor"',
        'users.alice.space.image = "slim"',
        'one of alice\'s images that runs as CodeEditor: "SageMaker"; it is "slim"',
    ),
    # state
    (
        f'state.bucket = "team"\nstate.kms_key = "{FAR_KEY}"',
        f'state.kms_key = "{FAR_KEY}"',
        SAME_REGION,
    ),
    # line breaks and control characters
    ('name = "a\\u001b[31mb"', r'name = "a\x1b[31mb"', PRINTABLE),
    ('"a\\u0007b" = 1', r'"a\x07b" = 1', PRINTABLE),
    ('tags = { x = "a\\u202eb" }', r'tags.x = "a\u202eb"', PRINTABLE),
    # what is long, and a byte order mark
    (
        "netwrk" + ".a" * 4000 + " = 1",
        "netwrk = {a = {a = {a = {...}}}}",
        "no such key; did you mean network?",
    ),
    ("\ufeffnetwork.zones = 9", "network.zones = 9", ZONES),
]


@pytest.mark.parametrize(("content", "assignment", "allowed"), VALUES)
def test_the_error_for_a_wrong_value_is_one_line(
    content: str, assignment: str, allowed: str, write: Write, refusal: Refusal
) -> None:
    path = write(content)
    assert refusal(path) == f"{path}: {assignment}: {allowed}"


@pytest.mark.parametrize("content", ["", "# nothing yet\n", 'name = "lab"', "[users]"])
def test_settings_without_a_user_are_refused(content: str, write: Write, refusal: Refusal) -> None:
    path = write(content)
    assert refusal(path) == f"{path}: no user; add one as a table, such as [users.alice]"


def test_more_users_than_roles_in_an_account_are_refused(write: Write, refusal: Refusal) -> None:
    path = write("".join(f"[users.u{number}]\n" for number in range(998)))
    line = refusal(path)
    assert line.endswith(
        "at most 997 users; there are 998. Each has an IAM role, and IAM's quota is 1000 roles for"
        " each account"
    )
    assert len(line) < 400


AT_END = " (at end of document)"
FILES = [
    ("name = ", "not TOML: Invalid value" + AT_END),
    (
        "[users.alice",
        "not TOML: Expected ']' at the end of a table declaration (at end of document)",
    ),
    (
        "[users.alice]\n[users.alice]",
        "not TOML: Cannot declare ('users', 'alice') twice (at line 2, column 13)",
    ),
    ("a = " + "[" * 5000, "nested too deeply"),
    ("a = " + "9" * 5000, "a number of more than 4,300 digits"),
    ("a" * 10_001, "a line is longer than 10,000 characters"),
    ("#\n" * 500_001, "larger than 1 MB"),
    (b'name = "studio"\nregion = "\xff"\n', "not UTF-8 (line 2)"),
    ('name = "lab"\n'.encode("utf-16"), "not UTF-8 (line 1)"),
    (b'name = "a\x1b[2Jb"\n', r"not TOML: Illegal character '\x1b' (at line 1, column 10)"),
    (b"\x00\x01\x02", "not TOML: Invalid statement (at line 1, column 1)"),
]


@pytest.mark.parametrize(("content", "line"), FILES, ids=[line for _, line in FILES])
def test_the_error_for_a_malformed_file_is_one_line(
    content: str | bytes, line: str, write: Write, refusal: Refusal
) -> None:
    path = write(content)
    assert refusal(path) == f"{path}: {line}"


def test_the_error_has_the_first_problem_and_the_number_of_others(
    write: Write, refusal: Refusal
) -> None:
    path = write('[users.alice]\nidle_minutes = 1\nfoo = 2\n[network]\nzones = 9\ncidr = ""\n')
    assert refusal(path) == f"{path}: users.alice.idle_minutes = 1: {MINUTES} (and 3 more)"


def test_the_error_for_a_missing_file_names_the_flag(tmp_path: Path, refusal: Refusal) -> None:
    path = tmp_path / "none.toml"
    assert refusal(path) == f"{path}: no such file; name another one with --config"


def test_folders_pipes_and_invalid_names_are_refused(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe", tmp_path / "loop"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for path, reason in (
        (tmp_path, "not a file"),
        (pipe, "not a file"),
        (loop, "cannot be read: Too many levels of symbolic links"),
        (tmp_path / "a\0b", "cannot be read: embedded null byte"),
        (tmp_path / ("a" * 300), "cannot be read: File name too long"),
    ):
        with pytest.raises(SettingsError, match=f": {reason}$") as raised:
            load(path)
        assert str(raised.value).isprintable()


def test_a_file_without_read_permission_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)  # root can read a file regardless of its mode
    with pytest.raises(SettingsError, match=r": cannot be read: Permission denied$"):
        load(path)


def test_a_settings_error_is_a_user_error_with_exit_code_2() -> None:
    error: UserError = SettingsError("a\nb")
    assert (str(error), error.exit_code) == (r"a\nb", 2)
