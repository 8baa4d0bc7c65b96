"""The plain cdktf command line alone, where SageMaker leaves nothing behind."""

from collections.abc import Callable

from tests.e2e.deployments import Studio


def test_plain_cdktf_without_an_image(studio: Callable[..., Studio]) -> None:
    it = studio("nfs_groups_deleted_with_domain=true", as_a_person=True)
    it.configure(users=["alice"], image=False)
    it.cdktf("deploy", "*", "--auto-approve")
    it.assert_nothing_to_do()
    it.cdktf("destroy", "*", "--auto-approve")
    assert it.aws.inventory() == []
