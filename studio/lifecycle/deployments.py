"""The deployments of a checkout: the folder of each, beside its settings file or the project."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from settings import Settings, UserError, load
from settings.paths import PROJECT, STUDIO_TOML, file_name
from studio.console.output import Output
from studio.lifecycle.identity import Identity, readable_resources
from studio.terraform.state.folder import Folder

SUFFIX = ".studio"
"""The folder of teams/vision.toml is teams/vision.studio; that of studio.toml is the project."""

_SYNTHESIZED = "cdktf.out"
_UNKNOWN = "?"
_NOT_SEARCHED = frozenset({"node_modules", "build", _SYNTHESIZED})


def folder_of(file: Path, studio_toml: Path) -> Path:
    """The folder of the deployment of a settings file."""
    return studio_toml.parent if file == studio_toml else file.with_suffix(SUFFIX)


def default_out(settings: Settings) -> Path:
    """The cdktf.out of these settings if --out names none.

    Earlier versions kept every local state in the project; such a deployment stays there. A state
    there with the name in studio.toml belongs to studio.toml: most files, such as demo.toml, have
    the default name, and `studio down` with their retention would delete its homes.
    """
    own = folder_of(settings.file, STUDIO_TOML)
    if own != PROJECT and not Folder(own).stacks():
        earlier = Identity.of(readable_resources(Folder(PROJECT)))
        if earlier.names == {settings.name} and not _named_in_studio_toml(settings.name):
            own = PROJECT
    return own / _SYNTHESIZED


def _named_in_studio_toml(name: str) -> bool:
    if not STUDIO_TOML.exists():
        return False
    try:
        return load(STUDIO_TOML).name == name
    except UserError:
        return True


@dataclass(frozen=True, kw_only=True)
class KnownDeployment:
    """A deployment of this checkout.

    file: its settings file, as messages name it. state: the folder or bucket of its state.
    resources: the number in local states; None for a bucket, which is not read. problem: why the
    file or a local state cannot be read, the state's other region, or "".
    """

    file: str
    name: str
    region: str
    state: str
    resources: int | None
    problem: str = ""


def known(project: Path = PROJECT, named: Path | None = None) -> list[KnownDeployment]:
    """The deployments of a checkout: studio.toml, and each with a folder NAME.studio.

    named: a settings file that is listed too, wherever it is.
    """
    own = project / STUDIO_TOML.name
    files = [own, *sorted(_files(project))]
    found = [_describe(file, project) for file in files if file.exists()]
    if named is not None and (file := Path(os.path.normpath(named))) not in files:
        found.append(_describe(file, project))
    # An earlier version kept every deployment's state beside the project.
    held = list(readable_resources(Folder(project)))
    of = Identity.of(held)
    for name in sorted(of.names - {one.name for one in found if one.file == own.name}):
        found.append(
            KnownDeployment(
                file=_UNKNOWN,
                name=name,
                region=", ".join(sorted(of.regions)) or _UNKNOWN,
                state=str(project),
                resources=len(held),
                problem=f'the state in {project} belongs to settings with name = "{name}": name '
                "their file with --config",
            )
        )
    return found


def _files(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_symlink() or not entry.is_dir():
            continue
        if entry.suffix == SUFFIX:
            yield entry.with_suffix(".toml")
        elif not entry.name.startswith(".") and entry.name not in _NOT_SEARCHED:
            yield from _files(entry)


def _describe(file: Path, project: Path) -> KnownDeployment:
    home = folder_of(file, project / STUDIO_TOML.name)
    held = list(readable_resources(Folder(home)))
    of = Identity.of(held)
    shown = str(file.relative_to(project) if file.is_relative_to(project) else file)
    try:
        settings = load(file)
    except UserError as error:
        return KnownDeployment(
            file=shown,
            name=", ".join(sorted(of.names)) or _UNKNOWN,
            region=", ".join(sorted(of.regions)) or _UNKNOWN,
            state=str(home),
            resources=len(held),
            problem=str(error).removeprefix(f"{file_name(file)}: "),
        )
    bucket = settings.state.bucket
    others = bool(of.names) and settings.name not in of.names
    problem = "" if bucket else Output(config=str(file)).runnable(_damage(Folder(home)))
    if not problem and not others and (regions := of.regions - {settings.region}):
        problem = (
            f'region = "{settings.region}", but the state in {home} holds "{settings.name}" in '
            f"{', '.join(sorted(regions))}"
        )
    return KnownDeployment(
        file=shown,
        name=settings.name,
        region=settings.region,
        state=f"s3://{bucket}/{settings.state.key_prefix}" if bucket else str(home),
        resources=None if bucket else 0 if others else len(held),
        problem=problem,
    )


def _damage(folder: Folder) -> str:
    """Why one of the states cannot be read, or ""."""
    try:
        for stack in folder.stacks():
            folder.read(stack)
    except UserError as error:
        return str(error)
    return ""
