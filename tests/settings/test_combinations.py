"""Values of several tables that contradict each other."""

import tomllib

import pytest

from settings import Settings
from tests.settings.samples import message, wrong

IRISH_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CHINESE_KEY = IRISH_KEY.replace("eu-west-1", "cn-north-1")
TAGS = ", ".join(f'k{i} = "1"' for i in range(40))
MANY_TAGS = f'{{{TAGS}, k40 = "1"}}'
IMAGES = "a = {}, b = {}, c = {}, d = {}, e = {}"

WRONG = {
    "another key; `studio` finds the deployment's resources by this one": [
        'tags.studiodeployment = "b"'
    ],
    "a key other than Project in another case: IAM ignores case": ['tags.project = "b"'],
    "a key other than Team in another case: IAM ignores case": ['tags.Team = "a"\ntags.team = "b"'],
    "an ARN that starts with arn:aws:iam:": [
        'defaults.execution_role = "arn:aws-cn:iam::111122223333:role/studio"'
    ],
    "an ARN that starts with arn:aws-us-gov:iam:": [
        'region = "us-gov-west-1"\nrole.permissions_boundary = "arn:aws:iam::aws:policy/Bound"'
    ],
    "a KMS key of the same region (arn:aws:kms:us-east-1:ACCOUNT:key/ID)": [
        f'domain.kms = "{IRISH_KEY}"',
        f'state.bucket = "team"\nstate.kms_key = "{IRISH_KEY}"',
    ],
    "a KMS key of the same region (arn:aws-cn:kms:cn-north-1:ACCOUNT:key/ID)": [
        f'region = "cn-north-1"\ndomain.kms = "{CHINESE_KEY}"'
    ],
    "only for an image that runs as JupyterLab or CodeEditor; remove it": [
        f'image.slim.app_types = ["KernelGateway"]\nimage.slim.{line}'
        for line in ('entrypoint = ["a"]', 'arguments = ["a"]', 'environment = {A = "a"}')
    ],
    "a group of the settings: none": ['users.alice.group = "vision"'],
    "a name other than alice in another case: SageMaker ignores case": [
        "users.alice = {}\nusers.Alice = {}"
    ],
    "at most ecr.keep_images (20), or ECR would delete images of versions; it is 21": [
        "image.slim.keep_versions = 21"
    ],
    "one of this user's images: slim": ["users.alice.versions.slmi = 1"],
    "one of this user's images: none": ["users.alice.images = []\nusers.alice.versions.slim = 1"],
    'only with domain.auth = "SSO"; remove it': ['users.alice.sso_user = "alice"'],
    "only with state.bucket; remove it": ['state.region = "eu-west-1"'],
}

MESSAGES = [
    (
        f"tags = {MANY_TAGS}",
        f"tags = {MANY_TAGS[:117]}...: at most 40 tags (AWS allows 50; `studio` adds some)",
    ),
    (
        'groups.vision.policies = ["arn:aws-cn:iam::111122223333:policy/x"]',
        'groups.vision.policies[0] = "arn:aws-cn:iam::111122223333:policy/x": '
        "an ARN that starts with arn:aws:iam:",
    ),
    (
        'features = ["jobs", "encryption"]\ndomain.kms = "aws-managed"',
        'features[1] = "encryption": only with a customer managed key (domain.kms = "create" '
        "or its ARN); remove it",
    ),
    (
        "ecr.keep_images = 9",
        "image.slim.keep_versions: at most ecr.keep_images (9), or ECR would delete images of "
        "versions; it is 10",
    ),
    (
        'groups.vision.images = ["torch"]',
        'groups.vision.images[0] = "torch": an enabled image; enabled: slim',
    ),
    (
        '[groups.lab]\n[users.alice]\ngroup = "vision"',
        'users.alice.group = "vision": a group of the settings: lab',
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
        f"image = {{{IMAGES}, f = {{}}}}\n[users.alice]",
        "users.alice.images: a list of at most 5 images: 6 are enabled",
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


@pytest.mark.parametrize(
    "content",
    [
        f"tags = {{{TAGS}}}",
        'domain.kms = "aws-managed"\nfeatures = ["jobs"]',
        'domain.kms = "create"\nfeatures = ["encryption"]',
        f"image = {{{IMAGES}}}\nusers.alice = {{}}",
        f'image = {{{IMAGES}, f = {{}}}}\nusers.alice.images = ["a"]',
        f'state = {{ bucket = "team", region = "eu-west-1", kms_key = "{IRISH_KEY}" }}',
    ],
)
def test_values_that_only_others_contradict_are_accepted(content: str) -> None:
    wanted = tomllib.loads(content)
    found = Settings.model_validate(wanted).model_dump(exclude_unset=True)
    assert found.keys() == wanted.keys()


def test_more_policies_than_the_quota_of_a_role_are_refused() -> None:
    arns = [f"arn:aws:iam::111122223333:policy/p{number}" for number in range(8)]
    group = {"policies": arns}
    assert Settings.model_validate({"groups": {"vision": group}}).groups["vision"].policies
    line = message(f'[groups.vision]\npolicies = {arns}\nbuckets = ["team-data"]')
    assert line.endswith(
        ": at most 7 policies: `studio` attaches 3 to each role, and IAM's quota is 10"
    )
