"""`studio up` with findings in the scan of the pushed image."""

from collections.abc import Callable

from tests.e2e.deployments import Studio


def test_findings_stop_up_before_the_image_version(studio: Callable[..., Studio]) -> None:
    it = studio("scan_findings=CRITICAL,HIGH")
    it.configure(users=["alice"], image=True)
    for it.own_process in (True, False):
        printed = it.run("studio", "up", "--yes", "--out", str(it.out), code=1)
        assert "1 CRITICAL, 1 HIGH in studio/tiny@sha256:" in printed.splitlines()[-1]
        kinds = it.aws.counts()
        assert kinds["ecr image"] == 1
        assert not any(kind.startswith("ec2 ") for kind in kinds), "nothing is billed by the hour"
        assert not any(kind.startswith("sagemaker ") for kind in kinds)
