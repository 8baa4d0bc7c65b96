"""Values of several tables that contradict each other."""

import pytest

from settings import Settings
from tests.settings.samples import message, wrong

OF_US = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OF_IRELAND = OF_US.replace("us-east-1", "eu-west-1")
OF_CHINA = OF_US.replace("us-east-1", "cn-north-1")
ONLY_IN_SPACES = "only for an image that runs as JupyterLab or CodeEditor; remove it"
MANY_TAGS = "{" + ", ".join(f'k{i} = "1"' for i in range(41)) + "}"

WRONG = {
    "another key; `studio` finds the deployment's resources by this one": [
        'tags.studiodeployment = "b"'
    ],
    "a key that differs from Project in more than case, which IAM ignores": ['tags.project = "b"'],
    "an ARN that starts with arn:aws:iam:": [
        'defaults.execution_role = "arn:aws-cn:iam::111122223333:role/studio"'
    ],
    "at most ecr.keep_images (20), or ECR would delete images of versions; it is 21": [
        "image.slim.keep_versions = 21"
    ],
    "one of this user's images: slim": ["users.alice.versions.slmi = 1"],
    'only with domain.auth = "SSO"; remove it': ['users.alice.sso_user = "alice"'],
    "only with state.bucket; remove it": ['state.region = "eu-west-1"'],
}

MESSAGES = [
    # tags
    (
        'tags = { Team = "a", team = "b" }',
        'tags.team = "b": a key that differs from Team in more than case, which IAM ignores',
    ),
    (
        f"tags = {MANY_TAGS}",
        f"tags = {MANY_TAGS[:117]}...: at most 40 tags (AWS allows 50; `studio` adds some)",
    ),
    # partitions, features
    (
        'groups.vision.policies = ["arn:aws-cn:iam::111122223333:policy/x"]',
        'groups.vision.policies[0] = "arn:aws-cn:iam::111122223333:policy/x": '
        "an ARN that starts with arn:aws:iam:",
    ),
    (
        'region = "us-gov-west-1"\nrole.permissions_boundary = "arn:aws:iam::aws:policy/Bound"',
        'role.permissions_boundary = "arn:aws:iam::aws:policy/Bound": '
        "an ARN that starts with arn:aws-us-gov:iam:",
    ),
    (
        'features = ["jobs", "encryption"]\ndomain.kms = "aws-managed"',
        'features[1] = "encryption": only with a customer managed key (domain.kms = "create" '
        "or its ARN); remove it",
    ),
    # images
    (
        "ecr.keep_images = 9",
        "image.slim.keep_versions: at most ecr.keep_images (9), or ECR would delete images of "
        "versions; it is 10",
    ),
    *(
        (
            f'image.slim = {{ app_types = ["KernelGateway"], {key} = {value} }}',
            f"image.slim.{key} = {value}: {ONLY_IN_SPACES}",
        )
        for key, value in (
            ("entrypoint", '["a"]'),
            ("arguments", '["a"]'),
            ("environment", '{A = "a"}'),
        )
    ),
    # groups, users
    (
        'groups.vision.images = ["torch"]',
        'groups.vision.images[0] = "torch": an enabled image; enabled: slim',
    ),
    (
        '[users.alice]\ngroup = "vision"',
        'users.alice.group = "vision": a group of the settings: none',
    ),
    (
        '[users.alice]\nimages = ["slmi"]',
        'users.alice.images[0] = "slmi": an enabled image; enabled: slim',
    ),
    (
        '[image.slim]\nenabled = false\n[users.alice]\nimages = ["slim"]',
        'users.alice.images[0] = "slim": an enabled image; enabled: none',
    ),
    (
        "image = {a = {}, b = {}, c = {}, d = {}, e = {}, f = {}}\n[users.alice]",
        "users.alice.images: a list of at most 5 images: 6 are enabled",
    ),
    (
        "[users.alice]\nimages = []\nversions = { slim = 1 }",
        "users.alice.versions.slim = 1: one of this user's images: none",
    ),
    (
        'domain.auth = "SSO"\n[users.alice]',
        'users.alice.sso_user: domain.auth = "SSO" needs each user\'s IAM Identity Center user '
        "name",
    ),
]


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), *MESSAGES])
def test_values_that_contradict_each_other_are_refused(content: str, line: str) -> None:
    assert message(content) == line


def test_users_whose_names_differ_only_in_case_are_refused() -> None:
    allowed = "a name that differs from alice in more than case, which SageMaker ignores"
    assert message("[users.alice]\n[users.Alice]") == f"users.Alice = {{}}: {allowed}"


def test_a_kms_key_of_another_region_or_partition_is_refused() -> None:
    allowed = "a KMS key of the same region (arn:{}:ACCOUNT:key/ID)"
    for settings, key, found in (
        ("", "domain.kms", OF_IRELAND),
        ('state.bucket = "team"\n', "state.kms_key", OF_IRELAND),
    ):
        line = message(f'{settings}{key} = "{found}"')
        assert line == f'{key} = "{found}": {allowed.format("aws:kms:us-east-1")}'
    line = message(f'region = "cn-north-1"\ndomain.kms = "{OF_CHINA}"')
    assert line == f'domain.kms = "{OF_CHINA}": {allowed.format("aws-cn:kms:cn-north-1")}'


def test_more_policies_than_the_quota_of_a_role_are_refused() -> None:
    arns = [f"arn:aws:iam::111122223333:policy/p{number}" for number in range(8)]
    group = {"policies": arns}
    assert Settings.model_validate({"groups": {"vision": group}}).groups["vision"].policies
    line = message(f'[groups.vision]\npolicies = {arns}\nbuckets = ["team-data"]')
    assert line.endswith(
        ": at most 7 policies: `studio` attaches 3 to each role, and IAM's quota is 10"
    )
