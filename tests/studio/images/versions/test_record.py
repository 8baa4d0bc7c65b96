"""The record of versions, updated from ECR and SageMaker."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from settings import Settings
from settings.paths import settings_file
from settings.record import Content, Record
from settings.versions import Versions
from studio.aws.sagemaker_images import Version
from studio.images.versions import record
from studio.images.versions.record import recorded
from tests.record_samples import content
from tests.studio.images.versions.samples import version
from tests.studio.states import resource, state_with


def pushed(*digits: str) -> dict[str, list[str]]:
    return {f"sha256:{digit * 64}": [digit * 16] for digit in digits}


PUSHED, VERSION = pushed("a"), [version(1, "a")]
NEW, DEPLOYED, LOST = content("a"), content("a", 1), content("a", lost=(1,))
OTHER = content("b")
RECORDED = {
    "nothing": ([], {}, None, []),
    "pushed": ([], PUSHED, None, [NEW]),
    "deployed since": ([NEW], PUSHED, VERSION, [DEPLOYED]),
    "another one pushed since": ([], pushed("a", "b"), VERSION, [DEPLOYED, OTHER]),
    "in the order of their numbers": ([], pushed("b", "a"), VERSION, [DEPLOYED, OTHER]),
    "created twice": ([], PUSHED, [version(1, "a"), version(2, "a")], [content("a", 1, 2)]),
    "expired in ECR": ([DEPLOYED], {}, VERSION, [DEPLOYED]),
    "expired in ECR before it was deployed": ([NEW], {}, [], []),
    "in creation": ([DEPLOYED], PUSHED, [version(1, "a", "CREATING")], [DEPLOYED]),
    "failed": ([NEW], PUSHED, [version(1, "a", "CREATE_FAILED")], [LOST]),
    "created after a failure": ([LOST], PUSHED, [version(2, "a")], [content("a", 2, lost=(1,))]),
    "deleted": ([DEPLOYED], PUSHED, [], [LOST]),
    "in deletion": ([DEPLOYED], PUSHED, [version(1, "a", "DELETING")], [LOST]),
    "no image": ([DEPLOYED, content("b", 2)], {}, None, []),
    "with other tags": ([], {"sha256:" + "a" * 64: ["latest", "a" * 16]}, [], [NEW]),
    "without a tag of the project": ([], {"sha256:" + "a" * 64: ["latest"]}, VERSION, []),
}


@pytest.mark.parametrize(("before", "ecr", "versions", "after"), RECORDED.values(), ids=RECORDED)
def test_the_record_follows_aws(
    before: list[Content],
    ecr: dict[str, list[str]],
    versions: list[Version] | None,
    after: list[Content],
) -> None:
    assert list(recorded(before, pushed=ecr, versions=versions)) == after


def test_refresh_reads_lost_versions_from_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "versions.toml"))
    versions = [version(1, "a"), version(3, "b")]
    monkeypatch.setattr(record, "list_versions", lambda *_: versions)
    ecr = SimpleNamespace(pushed=lambda _: pushed("a", "b"))
    monkeypatch.setattr(record, "Ecr", lambda _: ecr)
    held = [
        resource(kind, {}, name=name)
        for kind, name in (
            ("aws_sagemaker_image_version", f"image_slim_version_{'b' * 16}_2"),
            ("aws_sagemaker_image_version", f"image_slim-2_version_{'a' * 16}_7"),
            ("aws_sagemaker_image", "image_slim_image"),
        )
    ]
    (tmp_path / "terraform.image.tfstate").write_text(state_with(*held))
    known = record.refresh(Settings(), folder=tmp_path).of("slim")
    assert known == (content("a", 1), content("b", 3, lost=(2,)))
    loaded = Versions(Settings(), Record.load(settings_file()), tags={"slim": "b" * 16})
    tracked = loaded.tracked("slim")
    assert tracked.address == f"{'b' * 16}_2"
    # A recorded version needs no state, which a user who pushes may not read.
    (tmp_path / "terraform.image.tfstate").write_text("broken")
    assert record.refresh(Settings(), folder=tmp_path).of("slim") == known


def test_tags_of_one_digest_share_its_versions() -> None:
    digest = f"sha256:{'a' * 64}"
    found = recorded((), pushed={digest: ["a" * 16, "b" * 16]}, versions=[version(1, "a")])
    assert [(content.tag[0], content.versions) for content in found] == [("a", (1,)), ("b", (1,))]


def test_save_reports_a_change_of_the_committed_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STUDIO_VERSIONS", raising=False)
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    record.save(Record.load(settings_file()), {"slim": [content("a", 1)]})
    assert capsys.readouterr().err == "studio.versions.toml has changed: commit it\n"
    record.save(Record.load(settings_file()), {"slim": [content("a", 1)]})
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "versions.toml"))
    record.save(Record.load(settings_file()), {"slim": [content("b", 1)]})
    assert (tmp_path / "versions.toml").is_file()
    assert capsys.readouterr().err == ""


def test_an_image_of_another_pipeline_has_digests_as_tags() -> None:
    class Closed:
        """A repository without access."""

    uri = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab@sha256:{'b' * 64}"
    settings = Settings.model_validate({"image": {"lab": {"uri": uri}}})
    there = [version(1, "a")]
    found = record.pushed_tags(settings, "lab", ecr=Closed(), versions=there)  # type: ignore[arg-type]
    assert recorded([], pushed=found, versions=there) == (content("a", 1), content("b"))
    assert recorded([], pushed=found, versions=None) == (content("a"), content("b"))
