"""Regions, buckets, and ARNs of keys, roles and policies."""

import pytest

from tests.settings.samples import message, wrong

REGION = "a region that offers SageMaker"
BUCKET = (
    "an S3 bucket's name: 3 to 63 of a-z, 0-9, '-' and '.', a letter or digit first and last, no "
    "'..', not an IP address"
)
RESERVED = (
    "an S3 bucket's name; AWS reserves names that start with xn--, sthree-, amzn-s3-demo- or end "
    "with -s3alias, --ol-s3, .mrap, --x-s3, --table-s3"
)
BUCKETS = "at most 30 S3 bucket names, in a list"
MANY_BUCKETS = str([f"bucket-{number}" for number in range(31)]).replace("'", '"')

POLICY = "arn:aws:iam::aws:policy/X"

WRONG = {
    f"{REGION}, such as us-east-1 or eu-central-1": [
        'region = "mars"',
        'state.bucket = "team"\nstate.region = "mars"',
    ],
    f"{REGION}; did you mean eu-central-1 or me-central-1 or eu-central-2?": [
        'region = "eu-cental-1"'
    ],
    REGION: ["region = 1"],
    "each value once; data appears 2 times": ['role.buckets = ["data", "data"]'],
    f"each value once; {POLICY} appears 2 times": [
        f'groups.vision.policies = ["{POLICY}", "{POLICY}"]'
    ],
    BUCKET: ['state.bucket = "My"'],
    BUCKETS: ['role.buckets = "data"'],
    '"" or a KMS key\'s ARN (arn:aws:kms:REGION:ACCOUNT:key/ID)': ['state.kms_key = "create"'],
    '"" or the ARN of an IAM policy (arn:aws:iam::ACCOUNT:policy/NAME)': [
        'role.permissions_boundary = "Boundary"'
    ],
    '"" or the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME)': [
        'domain.execution_role = "StudioRole"',
        'defaults.execution_role = "arn:aws:iam::1111:role/studio"',
        'groups.vision.execution_role = "arn:aws:iam::111122223333:user/alice"',
        'users.alice.execution_role = "arn:aws:iam::111122223333:role/team/"',
    ],
}

MESSAGES = [
    (f"role.buckets = {MANY_BUCKETS}", f"role.buckets = {MANY_BUCKETS[:117]}...: {BUCKETS}"),
    ('role.buckets = ["team", "Data"]', f'role.buckets[1] = "Data": {BUCKET}'),
    ('role.buckets = ["192.168.5.4"]', f'role.buckets[0] = "192.168.5.4": {BUCKET}'),
    ('role.buckets = ["a..b"]', f'role.buckets[0] = "a..b": {BUCKET}'),
    ('role.buckets = ["xn--data"]', f'role.buckets[0] = "xn--data": {RESERVED}'),
    ('role.buckets = ["data-s3alias"]', f'role.buckets[0] = "data-s3alias": {RESERVED}'),
]


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), *MESSAGES])
def test_an_invalid_name_is_refused(content: str, line: str) -> None:
    assert message(content) == line
