"""The kinds of values: whole numbers, booleans, choices, tables, lists, plain text."""

import pytest
from pydantic import ValidationError

from settings import Settings
from tests.settings.samples import message, wrong

ZONES = "a whole number from 2 to 6 (availability zones)"
EXPRESSION = "no ${ and no %{, which start a Terraform expression"

WRONG = {
    ZONES: [
        "network.zones = 1",
        "network.zones = 7",
        'network.zones = "2"',
        "network.zones = true",
        "network.zones = 2.0",
        "network.zones = nan",
    ],
    "a whole number from 1 to 1000 (images)": ["ecr.keep_images = 0"],
    "one of NONE, LOW, MEDIUM, HIGH, CRITICAL": ['ecr.stop_at = "high"'],
    '"IAM" or "SSO"': ['domain.auth = "iam"'],
    '"Retain" or "Delete"': ['domain.retention = "Keep"'],
    '"create", "aws-managed" or a KMS key\'s ARN (arn:aws:kms:REGION:ACCOUNT:key/ID)': [
        'domain.kms = ""',
        'domain.kms = "alias/mine"',
    ],
    "1 to 512 of a-z, A-Z, 0-9, _ . - and single '/', no '/' first or last": [
        'state.key_prefix = "/a"',
        'state.key_prefix = ""',
    ],
    "true or false": [
        "network.flow_logs = 1",
        'domain.source_identity = "on"',
        "ecr.check = 1",
        'ecr.force_delete = "no"',
    ],
    "a table": [
        'tags = ["a"]',
        "network = 3",
        'image = "slim"',
        'image.slim = "yes"',
        'users = ["alice"]',
        "users.alice = [{}]",
    ],
    "strings, in a table": ["image.slim.build_args.X = 1", "tags.x = 1"],
    "each value once; git appears 2 times": ['features = ["git", "jobs", "git"]'],
    EXPRESSION: ['image.slim.description = "${path.root}"'],
}

MESSAGES = [
    ("network.zones = 0x" + "f" * 5000, "network.zones = 0x" + "f" * 115 + f"...: {ZONES}"),
    ("\ufeffnetwork.zones = 9", f"network.zones = 9: {ZONES}"),
    ('image.slim.arguments = ["${x}"]', f'image.slim.arguments[0] = "${{x}}": {EXPRESSION}'),
]


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), *MESSAGES])
def test_a_value_of_another_kind_is_refused(content: str, line: str) -> None:
    assert message(content) == line


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().network.zones = 3
