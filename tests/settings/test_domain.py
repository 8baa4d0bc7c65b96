"""The keys of [domain]."""

import pytest

from tests.settings.conftest import Message, wrong

WRONG = {
    '"IAM" or "SSO"': ['domain.auth = "iam"'],
    '"Retain" or "Delete"': ['domain.retention = "Keep"'],
    '"create", "aws-managed" or a KMS key\'s ARN (arn:aws:kms:REGION:ACCOUNT:key/ID)': [
        'domain.kms = ""',
        'domain.kms = "alias/mine"',
    ],
}


@pytest.mark.parametrize(("content", "line"), wrong(WRONG))
def test_a_wrong_value_is_refused(content: str, line: str, message: Message) -> None:
    assert message(content) == line
