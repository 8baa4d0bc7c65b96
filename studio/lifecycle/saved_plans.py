"""The plans that ``studio plan`` saves; which later plan of a stack ``studio apply`` accepts."""

import shlex
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from settings import Settings, UserError
from settings.errors import cut, os_errors, printable
from settings.fields import Section
from studio.errors import StepFailed
from studio.lifecycle.fingerprint import Fingerprint, sha256
from studio.review.review import Review
from studio.terraform.deployment import Deployment
from studio.terraform.plan import Action, Change, Plan, is_below, read_plan
from studio.terraform.planning import PlanFile

MANIFEST = "manifest.json"
_FORMAT = 1
_SHOWN = 3


class PlanRefused(UserError):
    """The saved plans are outdated."""


class _Manifest(Section):
    """files: the hash of each other file. allow: the addresses whose loss is accepted.

    rehearsed: the stacks whose plans are from a rehearsal. cleared: as in ``Review``.
    """

    format: int
    planned_from: Fingerprint
    files: dict[str, str]
    rehearsed: tuple[str, ...]
    allow: tuple[str, ...]
    cleared: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SavedPlans:
    """Reviewed plans, by stack. files: those that Terraform can apply.

    The others were made before a stack that theirs depends on is deployed, or in a rehearsal: a
    later plan of the stack must not change more than they do.
    """

    folder: Path
    manifest: _Manifest
    plans: Mapping[str, Plan]
    files: Mapping[str, PlanFile]

    @property
    def allow(self) -> tuple[str, ...]:
        return self.manifest.allow

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks of the deployment, in the order in which they can be deployed."""
        return tuple(self.manifest.planned_from.stacks)

    @property
    def unchanged(self) -> frozenset[str]:
        return frozenset(
            name for name in self.stacks if name not in self.plans or self.plans[name].empty
        )

    @property
    def has_changes(self) -> bool:
        return bool(set(self.stacks) - self.unchanged or self.manifest.cleared)

    def require_current(self, settings: Settings, deployment: Deployment) -> None:
        """Raise PlanRefused if an input of the plans has changed."""
        now = Fingerprint.of(settings, deployment)
        if found := list(self.manifest.planned_from.changes(now)):
            raise PlanRefused(
                f"{self.folder}: changed since the plan: {_few(found)}; {plan_again(self.folder)}"
            )

    def require_cleared(self, changes: Iterable[str]) -> None:
        """Raise PlanRefused if `studio up` would clear settings that were not in the review."""
        if found := sorted(set(changes) - set(self.manifest.cleared)):
            raise PlanRefused(
                f"{self.folder}: not in the plan: {_few(found)}; {plan_again(self.folder)}"
            )

    def require_same(self, plans: Iterable[Plan]) -> None:
        """Raise StepFailed if a plan changes more than the reviewed one."""
        for plan in plans:
            reviewed = self.plans.get(plan.stack)
            known = {one.address: one for one in reviewed.changes} if reviewed else {}
            found = [
                line
                for change in plan.changes
                for line in _differences(known.get(change.address), change)
            ]
            if found:
                raise StepFailed(
                    f"{plan.stack}: not what was reviewed: {_few(found)}; nothing of {plan.stack} "
                    f"was applied; {plan_again(self.folder)}"
                )


def plan_again(folder: Path) -> str:
    """What the user does if the plans in this folder cannot be applied."""
    return f"run `studio plan --out {shlex.quote(str(folder))}` again"


def save(
    review: Review, *, planned_from: Fingerprint, allow: Iterable[str], folder: Path
) -> SavedPlans:
    """Write the plans of a review to a folder that only this user can read.

    Replaces an earlier plan. Raises UserError if the folder has other files, or cannot be written.
    """
    contents: dict[str, bytes] = {}
    for one in review.stack_plans:
        if one.plan is not None:
            shown = one.plan.content
            contents[f"{one.stack}.json"] = shown.encode() if isinstance(shown, str) else shown
        if one.file is not None:
            contents[f"{one.stack}.tfplan"] = one.file.content
            contents[f"{one.stack}.lock.hcl"] = one.file.lock
    manifest = _Manifest(
        format=_FORMAT,
        planned_from=planned_from,
        files={name: sha256(content) for name, content in contents.items()},
        rehearsed=tuple(review.rehearsed),
        allow=tuple(allow),
        cleared=review.cleared,
    )
    with os_errors(f"--out {folder}"):
        _empty(folder)
        # First, so that a later run can replace the files of an interrupted one.
        _write(folder / MANIFEST, manifest.model_dump_json(indent=2).encode())
        for name, content in contents.items():
            _write(folder / name, content)
    return _of(folder, manifest, contents)


def check_folder(folder: Path) -> None:
    """Raise UserError for a folder with other files than saved plans, or that cannot be created."""
    with os_errors(f"--out {folder}"):
        holds = [path.name for path in folder.iterdir()] if folder.exists() else []
        there = next(filter(Path.exists, (folder.absolute(), *folder.absolute().parents)))
        tempfile.TemporaryFile(dir=there).close()
    if others := set(holds) - _written(folder):
        raise UserError(
            f"--out {folder}: it holds {cut(printable(min(others)))}; name a folder that is empty, "
            "does not exist, or holds only an earlier plan"
        )


def _written(folder: Path) -> set[str]:
    """The names of the files of an earlier plan; none if the manifest is of another program."""
    try:
        manifest = _Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return set()
    return {MANIFEST, *manifest.files}


def load_plans(folder: Path) -> SavedPlans:
    """The plans in a folder. Raises UserError if they differ from what ``save`` wrote."""
    manifest_file, again = folder / MANIFEST, plan_again(folder)
    try:
        manifest = _Manifest.model_validate_json(manifest_file.read_bytes())
    except FileNotFoundError:
        raise UserError(f"{folder}: no plan there; run `studio plan --out {folder}`") from None
    except OSError as error:
        raise UserError(f"{manifest_file}: {error.strerror or error}") from None
    except ValidationError:
        raise UserError(f"{manifest_file}: not what `studio plan` writes; {again}") from None
    if manifest.format != _FORMAT:
        raise UserError(f"{manifest_file}: format = {manifest.format}: must be {_FORMAT}; {again}")
    contents: dict[str, bytes] = {}
    for name, expected in manifest.files.items():
        if Path(name).name != name:
            raise UserError(f"{manifest_file}: not what `studio plan` writes; {again}")
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            raise UserError(f"{folder / name}: {error.strerror or error}; {again}") from None
        if sha256(contents[name]) != expected:
            raise UserError(f"{folder / name}: changed since the plan; {again}")
    return _of(folder, manifest, contents)


def _of(folder: Path, manifest: _Manifest, contents: Mapping[str, bytes]) -> SavedPlans:
    stacks = tuple(manifest.planned_from.stacks)
    return SavedPlans(
        folder=folder,
        manifest=manifest,
        plans={
            name: read_plan(contents[f"{name}.json"], stack=name)
            for name in stacks
            if f"{name}.json" in contents
        },
        files={
            name: PlanFile(
                content=contents[f"{name}.tfplan"], lock=contents.get(f"{name}.lock.hcl", b"")
            )
            for name in stacks
            if f"{name}.tfplan" in contents
        },
    )


def _empty(folder: Path) -> None:
    check_folder(folder)
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    for path in folder.iterdir():
        path.unlink()


def _write(file: Path, content: bytes) -> None:
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(content)


def _differences(reviewed: Change | None, change: Change) -> Iterator[str]:
    if change.action is Action.NOTHING:
        return
    before = Action.NOTHING if reviewed is None else reviewed.action
    if reviewed is None or before is not change.action:
        yield f"{change.address} would be {change.action}, in the plan it is {before}"
    elif change.action is Action.UPDATE:
        known = reviewed.attributes()
        more = [path for path in change.attributes() if not is_below(path, known)]
        if more:
            yield f"{change.address} would change in {', '.join(more)} too"


def _few(found: list[str]) -> str:
    more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more
