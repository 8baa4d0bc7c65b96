"""A deployment from `up` to `down`: no changes, one more user, an image that is not pushed yet."""

import re
from collections.abc import Callable

from tests.e2e.deployments import Studio

StartStudio = Callable[..., Studio]


def test_from_nothing_to_a_deployed_studio_with_an_image_and_back(
    studio: StartStudio, on_ci: bool
) -> None:
    it = studio()
    it.configure(users=["alice"], image=True)

    it.cdktf("deploy", "network", "role", "ecr", "--auto-approve")
    assert unpushed(it)

    it.as_a_person = True
    printed = it.up()
    if on_ci:
        assert "building for linux/amd64 with" in printed
    it.as_a_person = False
    it.assert_nothing_to_do()

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
    it.cdktf("deploy", "role", "--auto-approve")
    only_bob(it.plan("users"))
    it.up()
    it.assert_nothing_to_do()

    (it.folder / "image" / "tiny" / "note").write_text("two\n")
    assert unpushed(it)

    it.down()
    assert it.aws.inventory() == []


def test_findings_stop_it_before_studio_gets_the_image(studio: StartStudio) -> None:
    it = studio("scan_findings=CRITICAL,HIGH")
    it.configure(users=["alice"], image=True)
    for _ in range(2):
        printed = it.run("studio", "up", "--yes", "--out", str(it.out), code=1)
        assert "1 CRITICAL, 1 HIGH in studio/tiny@sha256:" in printed.splitlines()[-1]
        kinds = it.aws.counts()
        assert kinds["ecr image"] == 1
        assert not any(kind.startswith("ec2 ") for kind in kinds), "nothing is billed by the hour"
        assert not any(kind.startswith("sagemaker ") for kind in kinds)


def unpushed(it: Studio) -> bool:
    """Whether a plan is refused with one line that has the command to run."""
    (line,) = it.cdktf("diff", "image", code=2).splitlines()
    return bool(
        re.fullmatch(
            r"cdktf: image tiny: (studio/tiny:[0-9a-f]{16}) is not pushed: run `studio push tiny`",
            line,
        )
    )


def only_bob(plan: dict[str, list[str]]) -> None:
    assert plan
    assert {address: actions for address, actions in plan.items() if "bob" not in address} == {}
    assert set(map(tuple, plan.values())) == {("create",)}
