"""A deployment with only the cdktf CLI and ``studio push``."""

import re
from collections.abc import Callable

from tests.e2e.deployments import Studio


def test_the_cdktf_cli_deploys_an_image(studio: Callable[..., Studio]) -> None:
    it = studio("nfs_groups_deleted_with_domain=true")
    it.configure(users=["alice"], image=True)
    it.cdktf("deploy", "network", "role", "ecr", "--auto-approve")
    (line,) = it.cdktf("diff", "image", code=2).splitlines()
    refused = r"cdktf: image tiny: (studio/tiny:[0-9a-f]{16}) is not pushed: run `studio push tiny`"
    assert re.fullmatch(refused, line)
    it.run("studio", "push")
    it.cdktf("deploy", "*", "--auto-approve")
    it.assert_nothing_to_do()
    it.cdktf("destroy", "*", "--auto-approve")
    assert it.aws.inventory() == []
