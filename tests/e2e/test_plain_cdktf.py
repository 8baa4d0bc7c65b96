"""The plain cdktf command line and ``studio push`` alone, where SageMaker leaves nothing behind."""

from collections.abc import Callable

from tests.e2e.deployments import Studio


def test_plain_cdktf_with_an_image(studio: Callable[..., Studio]) -> None:
    it = studio("nfs_groups_deleted_with_domain=true")
    it.configure(users=["alice"], image=True)
    it.cdktf("deploy", "network", "role", "ecr", "--auto-approve")
    (line,) = it.cdktf("diff", "image", code=2).splitlines()
    assert line.endswith("is not pushed: run `studio push tiny`")
    it.run("studio", "push")
    it.cdktf("deploy", "*", "--auto-approve")
    it.assert_nothing_to_do()
    it.cdktf("destroy", "*", "--auto-approve")
    assert it.aws.inventory() == []
