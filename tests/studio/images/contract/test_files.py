"""Checks of an image's files."""

from dataclasses import replace

import pytest

from settings import AppType
from studio.images.contract.container import Finished
from studio.images.contract.files import look, size
from studio.images.contract.requirements import APPS
from tests.studio.images.contract.containers import IMAGE, LocalContainer, OneContainer, said


@pytest.mark.parametrize(
    ("needed", "file"),
    [
        (False, "-.bashrc"),
        (False, "-README.md"),
        (False, "-.conda/environments.txt"),
        (False, "-.jupyter/migrated"),
        (False, "-.cache/pip/http/a/b"),
        (False, "-.npm/_cacache/index"),
        (False, "-.npm/_npx/bin/x"),
        (False, "-.ipython/profile_default/history.sqlite"),
        (False, "-.local/share/jupyter/nbsignatures.db"),
        (False, "-.local/state/x/bin/y"),
        (False, "-licenses/PYTHON_PACKAGES_LICENSES"),
        (True, "-.local/bin/tool"),
        (True, "-.local/lib/python3.11/site-packages/x.py"),
        (True, "-.local/share/jupyter/kernels/python3/kernel.json"),
        (True, "-.jupyter/jupyter_server_config.py"),
        (True, "-.ipython/profile_default/startup/00.py"),
        (True, "-.conda/envs/x/conda-meta/history"),
        (True, "-.conda/pkgs/python/lib/x"),
        (True, "-miniconda3/bin/activate"),
        (True, "-venv/lib/python3.11/site-packages/x.py"),
        (True, "xtool"),
        (False, "x.cache/tool"),
    ],
)
def test_files_that_the_volume_hides(needed: bool, file: str) -> None:
    kind, name = file[0], file[1:]
    lines = ["1000", "100", f"{kind}/home/sagemaker-user/{name}"]
    runtime = OneContainer(LocalContainer(sh=said("\n".join(lines))))
    home = runtime.results()["home"]
    assert home.passed is not needed
    assert (name in home.found) == needed


@pytest.mark.parametrize(
    "words",
    [
        ("sh", "/home/sagemaker-user/start.sh"),
        ("sh", "-c", "exec bash $HOME/start.sh --flag"),
        ("sh", "-c", "~/start.sh"),
        ("sh", "./start.sh"),
    ],
)
def test_the_started_program_is_needed(words: tuple[str, ...]) -> None:
    lines = said("1000\n100\n-/home/sagemaker-user/start.sh\n-/home/sagemaker-user/start\n")
    runtime = OneContainer(LocalContainer(sh=lines, alive=False), entrypoint=words)
    found = runtime.results()["home"].found
    assert "hides 1 files that may be needed, such as /home/sagemaker-user/start.sh" in found


@pytest.mark.parametrize(
    ("listed", "user", "home"),
    [
        (said("1000\n100\n"), (True, "the image runs as 1000:100, Studio"), True),
        (said("0\n0\n"), (False, "the image runs as 0:0, Studio runs it as 1000:100"), True),
        (said("1000\n"), (False, "the image runs as 0:0, "), None),
        (Finished(None, "1000\n100\n", ""), (False, "the image runs as 0:0, "), None),
    ],
    ids=["its user", "root", "no id", "no end"],
)
def test_the_user_is_that_of_a_command_or_else_of_the_image(
    listed: Finished, user: tuple[bool, str], home: bool | None
) -> None:
    results = look(LocalContainer(sh=listed), APPS[AppType.JUPYTER_LAB], IMAGE)
    found = {result.name: result for result in results}
    assert found["user"].passed is user[0]
    assert found["user"].found.startswith(user[1])
    assert found["home"].passed is home


def test_an_image_can_be_too_large_for_ecr() -> None:
    assert size(replace(IMAGE, size=52_000 << 20)).passed
    assert not size(replace(IMAGE, size=(52_000 << 20) + 1)).passed
