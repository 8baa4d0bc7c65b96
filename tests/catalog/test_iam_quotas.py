"""The longest policies of a deployment are within IAM's quotas, all in characters."""

from catalog.permissions import role_policies, trust
from catalog.permissions.iam import Account, document
from catalog.regions import PARTITIONS
from settings import Feature

FEATURES = tuple(Feature)
NAME, USER = "n" * 20, "u" * 63
_REGION = max(PARTITIONS, key=lambda name: len(name) + len(PARTITIONS[name]))
ACCOUNT = Account(partition=PARTITIONS[_REGION], region=_REGION, id="123456789012")
ROLE = ACCOUNT.role_arn("r" * 64)
KEY = ACCOUNT.arn("kms", f"key/mrk-{'0' * 32}")


def test_managed_policies_are_within_the_quotas() -> None:
    shared = role_policies.shared(
        ACCOUNT,
        name=NAME,
        features=FEATURES,
        buckets=tuple(f"{'b' * 61}{number:02}" for number in range(30)),
        key=KEY,
    )
    client = role_policies.client(
        ACCOUNT, name=NAME, user=USER, features=FEATURES, key=KEY, root_shell=True
    )
    policies = {name: policy.statements for name, policy in shared.items()}
    sizes = {name: len(document(found)) for name, found in {**policies, "client": client}.items()}
    assert max(sizes.values()) <= 6144, sizes
    assert len(policies) <= 10


def test_the_inline_policy_of_a_role_is_within_the_quota() -> None:
    own = role_policies.own(ACCOUNT, name=NAME, user=USER, role=ROLE, features=FEATURES)
    assert len(document(own)) <= 10_240


def test_the_trust_policy_of_a_role_is_within_the_quota() -> None:
    trusted = (trust.sagemaker(ACCOUNT, source_identity=True), trust.systems_manager(ACCOUNT))
    assert len(document(trusted)) <= 2048
