"""`studio apply` applies only what `studio plan` saved, and nothing after a change."""

import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import Settings, UserError
from studio.errors import StepFailed
from studio.lifecycle.fingerprint import Fingerprint
from studio.lifecycle.saved_plans import MANIFEST, PlanRefused, SavedPlans, load_plans, save
from studio.review.review import review_plans
from studio.terraform.plan import Plan, read_plan
from studio.terraform.planning import PlanFile, StackPlan
from tests.studio.lifecycle.samples import FROM
from tests.studio.states import plan_with, planned


def plan(stack: str, *changes: tuple[str, dict[str, object]]) -> Plan:
    found = [planned(address, **change) for address, change in changes]
    return read_plan(plan_with(*found), stack=stack)


def created(**after: object) -> dict[str, object]:
    return {"actions": ["create"], "before": None, "after": after}


def updated(unknown: dict[str, object] | None = None, **after: object) -> dict[str, object]:
    before = dict.fromkeys(after, "before")
    return {"actions": ["update"], "before": before, "after": after, "after_unknown": unknown}


def saved(folder: Path, **more: tuple[str, ...]) -> SavedPlans:
    network = StackPlan(
        stack="network",
        deployed=True,
        plan=plan("network", ("aws_vpc.vpc", created(cidr_block="10.0.0.0/16"))),
        file=PlanFile(content=b"PK plan", lock=b"provider {}"),
    )
    users = ("aws_iam_role.user", updated({"policy": True}, name="b"))
    domain = plan("domain", ("aws_sagemaker_domain.domain", created()), users)
    rehearsed = StackPlan(stack="domain", deployed=False, plan=domain, rehearsed=True)
    review = review_plans([network, rehearsed], Settings())
    return save(review, planned_from=FROM, allow=more.get("allow", ()), folder=folder)


def test_saved_plans_can_be_loaded_and_only_their_user_can_read_them(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir(mode=0o755)
    made = saved(tmp_path / "plans", allow=("aws_vpc.a",))
    found = load_plans(tmp_path / "plans")
    assert found == made
    assert found.allow == ("aws_vpc.a",)
    assert found.files == {"network": PlanFile(content=b"PK plan", lock=b"provider {}")}
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "plans").iterdir()}
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "plans").stat().st_mode & 0o777 == 0o700
    saved(tmp_path / "plans")
    assert load_plans(tmp_path / "plans").allow == ()


@pytest.mark.parametrize(
    ("changed", "cleared", "changes"),
    [([], (), False), ([("aws_vpc.a", created())], (), True), ([], ("a",), True)],
)
def test_settings_to_clear_are_changes_too(
    tmp_path: Path,
    changed: list[tuple[str, dict[str, object]]],
    cleared: tuple[str, ...],
    changes: bool,
) -> None:
    plans = [plan("network"), plan("domain", *changed)]
    found = [StackPlan(stack=one.stack, deployed=True, plan=one) for one in plans]
    review = review_plans(found, Settings(), cleared=cleared)
    assert save(review, planned_from=FROM, allow=(), folder=tmp_path).has_changes is changes


def test_plans_are_refused_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans, now = saved(tmp_path), FROM
    monkeypatch.setattr(Fingerprint, "of", lambda *_: now)
    plans.require_current(Settings(), MagicMock())
    now = FROM.model_copy(update={"terraform": "1.10.0"})
    with pytest.raises(
        PlanRefused, match=r": changed since the plan: .*1\.10\.0.*`studio plan --out "
    ):
        plans.require_current(Settings(), MagicMock())


@pytest.mark.parametrize("manifest", ["", "{}", '{"name": "an extension"}', "ours"])
def test_a_folder_with_other_files_is_an_error(tmp_path: Path, manifest: str) -> None:
    if manifest == "ours":
        saved(tmp_path)
    elif manifest:
        (tmp_path / MANIFEST).write_text(manifest)
    (tmp_path / "thesis.txt").write_text("words")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(UserError, match=r"^--out .*: it holds .*; name a folder"):
        saved(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_incomplete_plan_is_an_error_and_can_be_replaced(tmp_path: Path) -> None:
    saved(tmp_path)
    (tmp_path / "network.tfplan").unlink()
    with pytest.raises(UserError, match=f"run `studio plan --out {tmp_path}` again$"):
        load_plans(tmp_path)
    saved(tmp_path)
    assert load_plans(tmp_path).files


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        (
            "network.tfplan",
            b"other",
            "network.tfplan: changed since the plan; run `studio plan --out ",
        ),
        ("domain.json", None, "domain.json: No such file or directory"),
        (MANIFEST, None, "no plan there; run `studio plan --out "),
        (MANIFEST, b"{}", "not what `studio plan` writes"),
    ],
)
def test_a_changed_file_is_an_error(
    tmp_path: Path, file: str, content: bytes | None, said: str
) -> None:
    saved(tmp_path / "plans")
    if content is None:
        (tmp_path / "plans" / file).unlink()
    else:
        (tmp_path / "plans" / file).write_bytes(content)
    with pytest.raises(UserError) as refused:
        load_plans(tmp_path / "plans")
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_path_in_the_manifest_is_an_error(tmp_path: Path) -> None:
    saved(tmp_path / "plans")
    manifest = json.loads((tmp_path / "plans" / MANIFEST).read_text())
    manifest["files"]["../secret"] = "a" * 64
    (tmp_path / "plans" / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(UserError, match="not what `studio plan` writes"):
        load_plans(tmp_path / "plans")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("aws_sagemaker_domain.domain", created()), ""),
        (("aws_iam_role.user", updated(policy="b")), ""),
        (("aws_iam_role.user", {"actions": ["no-op"], "before": {}, "after": {}}), ""),
        (
            ("aws_kms_key.key", created()),
            "aws_kms_key.key would be created, in the plan it is unch",
        ),
        (
            ("aws_iam_role.user", {"actions": ["delete"], "before": {}, "after": None}),
            "aws_iam_role.user would be destroyed, in the plan it is changed",
        ),
        (
            ("aws_iam_role.user", updated(name="b", path="/")),
            "aws_iam_role.user would change in path too",
        ),
    ],
)
def test_a_later_plan_can_change_less_than_the_reviewed_one_but_not_more(
    tmp_path: Path, change: tuple[str, dict[str, object]], said: str
) -> None:
    reviewed, later = saved(tmp_path / "plans"), plan("domain", change)
    if not said:
        reviewed.require_same([later])
        return
    with pytest.raises(StepFailed) as refused:
        reviewed.require_same([later])
    assert str(refused.value).startswith(f"domain: not what was reviewed: {said}")


def test_settings_that_were_not_in_the_review_are_not_cleared(tmp_path: Path) -> None:
    made = saved(tmp_path / "plans")
    reviewed = replace(made, manifest=made.manifest.model_copy(update={"cleared": ("one",)}))
    reviewed.require_cleared(["one"])
    again = f"run `studio plan --out {tmp_path}/plans` again"
    with pytest.raises(UserError, match=f"not in the plan: two; {again}$"):
        reviewed.require_cleared(["one", "two"])
