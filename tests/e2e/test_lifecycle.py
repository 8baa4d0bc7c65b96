"""A deployment from `up` to `down`: no changes, a lost state, one more user, a changed image."""

import re
from collections.abc import Callable

from studio.terraform.state.folder import Folder
from tests.e2e.deployments import Studio

StartStudio = Callable[..., Studio]


def test_from_nothing_to_a_deployed_studio_with_an_image_and_back(
    studio: StartStudio, on_ci: bool
) -> None:
    it = studio()
    it.configure(users=["alice"], image=True)
    printed = it.up()
    if on_ci:
        assert "building for linux/amd64 with" in printed

    assert_a_lost_state_is_imported(it)

    pinned = {"users.bob": "versions = { tiny = 1 }"}
    it.configure(users=["alice", "bob"], image=True, more=pinned)
    it.synth()
    assert {stack: it.plan(stack) for stack in ("network", "ecr", "image", "domain")} == {
        "network": {},
        "ecr": {},
        "image": {},
        "domain": {},
    }
    only_bob(it.plan("role"))
    it.apply("role")
    only_bob(it.plan("users"))
    it.up()
    it.assert_nothing_to_do()

    (it.folder / "image" / "tiny" / "note").write_text("two\n")
    (line,) = it.cdktf("diff", "image", code=2).splitlines()
    refused = r"cdktf: image tiny: (studio/tiny:[0-9a-f]{16}) is not pushed: run `studio push tiny`"
    assert re.fullmatch(refused, line)

    it.down()
    assert it.aws.inventory() == []


def test_findings_stop_it_before_studio_gets_the_image(studio: StartStudio) -> None:
    it = studio("scan_findings=CRITICAL,HIGH")
    it.configure(users=["alice"], image=True)
    for it.as_a_person in (True, False):
        printed = it.run("studio", "up", "--yes", "--out", str(it.out), code=1)
        assert "1 CRITICAL, 1 HIGH in studio/tiny@sha256:" in printed.splitlines()[-1]
        kinds = it.aws.counts()
        assert kinds["ecr image"] == 1
        assert not any(kind.startswith("ec2 ") for kind in kinds), "nothing is billed by the hour"
        assert not any(kind.startswith("sagemaker ") for kind in kinds)


def assert_a_lost_state_is_imported(it: Studio) -> None:
    """`studio state adopt` imports all of it, and the next `up` loses nothing."""
    before, there = addresses(it), it.aws.inventory()
    for state in it.folder.glob("terraform.*.tfstate*"):
        state.unlink()
    printed = it.run("studio", "state", "adopt", "--out", str(it.out))
    assert it.aws.inventory() == there
    assert "not imported" not in printed
    assert addresses(it) == before
    it.up()
    assert it.aws.inventory() == there


def addresses(it: Studio) -> dict[str, list[str]]:
    """The addresses in each state."""
    folder = Folder(it.folder)
    states = {stack: folder.read(stack) for stack in folder.stacks()}
    return {
        stack: sorted(resource.address for resource in state.resources)
        for stack, state in states.items()
        if state is not None
    }


def only_bob(plan: dict[str, list[str]]) -> None:
    assert plan
    assert {address: actions for address, actions in plan.items() if "bob" not in address} == {}
    assert set(map(tuple, plan.values())) == {("create",)}
