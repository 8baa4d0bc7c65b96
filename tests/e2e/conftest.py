"""Fixtures: an emulated AWS, deployments, and image builds."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from studio.images.buildah import BUILDAH_FLAGS
from studio.images.engines import ENGINE
from studio.lifecycle import emulated
from studio.processes.children import captured
from tests import provider
from tests.e2e.base_image import need
from tests.e2e.deployments import NewAccount, Studio

if TYPE_CHECKING:
    from studio_emulator.server import Emulator
    from tests.e2e.connected_studio import ConnectedStudio


@pytest.fixture(autouse=True)
def _no_engine_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ignore the engine in the environment."""
    monkeypatch.delenv(ENGINE, raising=False)


@pytest.fixture(scope="session")
def new_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewAccount]:
    """A function that resets the shared emulated AWS, and sets its options."""
    from studio_emulator.options import Options

    log = tmp_path_factory.mktemp("emulator") / "emulator.log"
    with (
        emulated.aws(log=log, speed=1000, region="us-east-1") as started,
        provider.shared(started) as aws,
    ):

        def new(*chosen: str) -> emulated.EmulatedAws:
            options = Options(speed=100)
            options.update_from_text(list(chosen))
            aws.ask("faults", {})
            aws.ask("settings", options.as_dict())
            aws.ask("reset", {})
            return aws

        yield new


@pytest.fixture
def studio(tmp_path: Path, new_account: NewAccount) -> Callable[..., Studio]:
    """An emulated AWS, with these options, and a folder for a deployment."""
    return lambda *options: Studio.in_folder(tmp_path / "deployment", new_account(*options))


@pytest.fixture(scope="module")
def connected(
    tmp_path_factory: pytest.TempPathFactory, aws_of_file: "Emulator"
) -> Iterator["ConnectedStudio"]:
    """An emulated Studio with running sshds, shared by the tests of a file."""
    # The import takes seconds, and most tests do not need it.
    from tests.e2e.connected_studio import ConnectedStudio

    with ConnectedStudio(tmp_path_factory.mktemp("connected"), aws_of_file) as found:
        yield found


@pytest.fixture
def ecr(aws: "Emulator", monkeypatch: pytest.MonkeyPatch) -> Any:
    """The emulated ECR in the environment, with the repositories of the ecr stack."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    client = aws.client("ecr")
    for name in ("studio/slim", "studio/large"):
        client.create_repository(
            repositoryName=name,
            imageTagMutability="IMMUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
        )
    return client


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the images slim and large."""
    for name in ("slim", "large"):
        folder = tmp_path / "image" / name
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text("FROM scratch\nCOPY hello /hello\n")
        (folder / "hello").write_text(name)
    monkeypatch.setenv("STUDIO_IMAGES", str(tmp_path / "image"))
    return tmp_path / "image"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A function that returns the options of a temporary storage of buildah by its name."""
    made: dict[str, str] = {}

    def make(name: str) -> str:
        folder = tmp_path / "storage" / name
        made[name] = f"--storage-driver vfs --root {folder / 'root'} --runroot {folder / 'run'}"
        return f"--isolation chroot {made[name]}"

    yield make
    # Only buildah can remove the read-only folders of layers.
    for options in made.values():
        captured(["buildah", *options.split(), "rmi", "--all", "--force"], seconds=60)


@pytest.fixture
def buildah(storage: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of buildah with its own storage; required in CI."""
    need("buildah", root=False)
    monkeypatch.setenv(ENGINE, "buildah")
    monkeypatch.setenv(BUILDAH_FLAGS, storage("own"))
    return str(shutil.which("buildah"))
