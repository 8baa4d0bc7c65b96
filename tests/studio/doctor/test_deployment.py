"""Each check of the domain, its users and their roles fails alone."""

import json
from typing import Any

from settings import Settings
from studio.doctor import deployment
from studio.doctor.checks import DEPLOYMENT
from studio.doctor.model import Outcome
from studio_emulator.studio.store import STORES
from tests.emulator.samples import document
from tests.studio.deployed import Deployed
from tests.studio.deployed_studio import sagemaker_trust
from tests.studio.doctor.setup import Break, Breaks, DoctorSetup, checks_in, each, names
from tests.studio.states import state_of


def trusts(*actions: str) -> Break:
    def change(setup: DoctorSetup) -> None:
        policy = document(sagemaker_trust(*actions))
        setup.studio.iam.update_assume_role_policy(RoleName="user-bob", PolicyDocument=policy)

    return change


def status(kind: str, status: str) -> Break:
    """A status that the emulator never sets by itself."""

    def change(_setup: DoctorSetup) -> None:
        held = STORES["123456789012", "us-east-1"]
        resources: Any = getattr(held, kind)
        next(iter(resources.values())).status = status

    return change


def nothing_deployed(setup: DoctorSetup) -> None:
    no_state(setup)
    domain_deleted(setup)


def domain_deleted(_setup: DoctorSetup) -> None:
    held: Any = STORES["123456789012", "us-east-1"]
    for kind in ("apps", "spaces", "user_profiles", "domains"):
        getattr(held, kind).clear()


def key(state: str) -> Break:
    """A key of the domain in this state, or none."""

    def change(setup: DoctorSetup) -> None:
        kms = setup.studio.aws.client("kms")
        arn = kms.create_key()["KeyMetadata"]["Arn"]
        if state == "Disabled":
            kms.disable_key(KeyId=arn)
        elif state == "PendingDeletion":
            kms.schedule_key_deletion(KeyId=arn)
        domain = STORES["123456789012", "us-east-1"].domains[setup.studio.domain_id]
        domain.data["KmsKeyId"] = arn if state else f"{arn[:-12]}0123456789ab"

    return change


def policy_detached(setup: DoctorSetup) -> None:
    setup.studio.iam.detach_role_policy(RoleName="user-bob", PolicyArn=setup.studio.policy)


def inline_policy_deleted(setup: DoctorSetup) -> None:
    setup.studio.iam.delete_role_policy(RoleName="user-bob", PolicyName="own")


def no_space(setup: DoctorSetup) -> None:
    setup.studio.sagemaker.delete_space(DomainId=setup.studio.domain_id, SpaceName="bob")


def another_partition(setup: DoctorSetup) -> None:
    """The space's ARN is in another partition than remote access."""
    setup.monkeypatch.setattr("studio.doctor.deployment.NATIVE_PARTITION", "aws-x")


def small_instance(setup: DoctorSetup) -> None:
    resources = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
    setup.studio.update_space("alice", JupyterLabAppSettings=resources)


def no_state(setup: DoctorSetup) -> None:
    setup.context.deployment = Deployed(out=setup.programs)


def state_not_moved(setup: DoctorSetup) -> None:
    """The settings name a bucket, and the last run had a local state."""
    states = setup.programs
    record = states / "cdktf.out/stacks/domain/.terraform/terraform.tfstate"
    record.parent.mkdir(parents=True)
    local = {"type": "local", "config": {"path": str(states / "terraform.domain.tfstate")}}
    record.write_text(json.dumps({"backend": local}))
    (states / "terraform.domain.tfstate").write_text(state_of("aws_sagemaker_domain", {}))
    settings = Settings.model_validate({"state": {"bucket": "team-state"}})
    setup.context.deployment = Deployed(out=states / "cdktf.out", settings=settings)


BREAKS: Breaks = [
    ("state", nothing_deployed, "studio is not deployed"),
    ("state", state_not_moved, "domain: its state is still in "),
    ("domain", domain_deleted, "does not exist"),
    ("domain", status("domains", "Update_Failed"), "Update_Failed"),
    ("key", key("Disabled"), "is Disabled"),
    ("key", key("PendingDeletion"), "is PendingDeletion"),
    ("key", key(""), "does not exist"),
    ("execution-roles", trusts("sts:SetSourceIdentity"), "user-bob does not allow SageMaker"),
    ("execution-roles", policy_detached, "user-bob: the policy arn:aws:iam:"),
    ("execution-roles", inline_policy_deleted, "user-bob: the policy own is missing"),
    ("source-identity", trusts("sts:AssumeRole"), "user-bob does not allow SageMaker"),
    ("profiles", status("user_profiles", "Failed"), "alice: Failed"),
    ("spaces", no_space, "bob: "),
    ("remote-access", lambda t: t.studio.start("alice"), "cannot be enabled"),
    ("remote-access", another_partition, "remote access is not known to work in aws"),
    ("remote-access", small_instance, "ml.t3.medium has less than 8 GiB"),
]


@each(BREAKS, of=checks_in(deployment))
def test_each_check_fails_alone(setup: DoctorSetup, name: str, damage: Break, found: str) -> None:
    setup.assert_fails_alone(name, damage, found)


def test_a_key_pending_deletion_is_restored_and_enabled(setup: DoctorSetup) -> None:
    kms = setup.studio.aws.client("kms")
    key("PendingDeletion")(setup)
    assert setup.results()["key"].fix.startswith("aws kms cancel-key-deletion --region us-east-1 ")
    arn = setup.context.domain["KmsKeyId"]
    kms.cancel_key_deletion(KeyId=arn)
    assert setup.results()["key"].fix == f"aws kms enable-key --region us-east-1 --key-id {arn}"
    kms.enable_key(KeyId=arn)
    assert setup.results()["key"].found == f"{arn} is Enabled"


def test_checks_that_need_a_deleted_domain_name_its_check(setup: DoctorSetup) -> None:
    domain_deleted(setup)
    results = setup.results(DEPLOYMENT)
    assert results["domain"].fix.startswith("`studio up`, for a deleted one with the --allow")
    of_domain = {"key", "homes", "endpoints", "endpoint-dns", "execution-roles"}
    of_domain |= {"source-identity", "profiles", "spaces", "remote-access"}
    assert names(results, Outcome.NOT_CHECKED) == of_domain
    assert {results[name].found for name in of_domain} == {
        f"{setup.studio.domain_id} does not exist, see the check `domain`"
    }


def test_a_machine_that_only_connects_needs_no_state(setup: DoctorSetup) -> None:
    no_state(setup)
    results = setup.results()
    assert names(results, Outcome.FAILED) == set()
    assert names(results, Outcome.NOT_CHECKED) == {"state"}
    assert results["state"].found.startswith(f"{setup.studio.domain_id} exists, but this machine")


def test_a_role_that_does_not_exist_fails(setup: DoctorSetup) -> None:
    policy_detached(setup)
    inline_policy_deleted(setup)
    setup.studio.iam.delete_role(RoleName="user-bob")
    results = setup.results(DEPLOYMENT)
    assert names(results, Outcome.FAILED) == {"execution-roles", "source-identity"}
    assert "user-bob does not exist" in results["execution-roles"].found
