"""The runs and checks of each app type."""

import pytest

from settings import AppType, ConnectMethod
from studio.images.contract.container import Finished
from tests.studio.images.contract.containers import SPEC, LocalContainer, OneContainer, said


@pytest.mark.parametrize(
    ("listed", "ran", "says"),
    [
        (said(SPEC), said("studio 42\n"), "starts and runs a cell"),
        (said(SPEC), Finished(1, "", "Kernel died before replying\n"), "Kernel died"),
        (said('{"kernelspecs": {"ir": {}}}'), None, "no kernel spec python3, but ir"),
        (Finished(127, "", "jupyter: not found"), None, "jupyter: not found"),
        (said(f"a warning\n{SPEC}"), said("studio 42\n"), "starts and runs a cell"),
        (said(""), None, "names no program for python3"),
        (said("[]"), None, "names no program for python3: []"),
        (said('{"kernelspecs": {"python3": {"spec": {"argv": []}}}}'), None, "names no program"),
    ],
)
def test_a_kernel_gateway_needs_only_a_kernel(
    listed: Finished, ran: Finished | None, says: str
) -> None:
    gateway = LocalContainer(sh=said("0\n0\n"), jupyter=listed)
    if ran:
        gateway.canned["/opt/python"] = ran
    results = OneContainer(gateway).results(*ConnectMethod, app_type=AppType.KERNEL_GATEWAY)
    assert set(results) == {"architecture", "size", "user", "home", "kernel"}
    assert results["user"].passed
    assert says in results["kernel"].found
    assert results["kernel"].passed == ("starts" in says)


def test_an_image_of_another_architecture_does_not_run() -> None:
    other = OneContainer(LocalContainer(), architecture="arm64")
    assert (other.failures(), other.launched) == ({"architecture"}, [])


def test_missing_bash_is_the_only_failure() -> None:
    missing = Finished(127, "", "bash: not found")
    runtime = OneContainer(
        LocalContainer(bash=missing, sh=said("1000\n100\n")), entrypoint=("/start",)
    )
    results = runtime.results()
    assert runtime.failures() == {"bash"}
    assert results["bash"].found.endswith("bash: not found")
    assert results["health"].passed is None
    assert results["health"].found == "there is no bash to ask through"


def test_an_image_without_a_command_is_not_started() -> None:
    runtime = OneContainer(LocalContainer(sh=said("1000\n100\n")))
    results = runtime.results()
    assert len(runtime.launched) == 2
    assert runtime.failures() == {"health"}
    assert results["health"].found == "the image has neither ENTRYPOINT nor CMD"
