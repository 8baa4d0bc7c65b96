"""The resources of an account: changes that are due, deleted resources."""

from functools import partial

from studio_emulator.studio.lifecycle import DELETE, UPDATE, Resource, begin
from studio_emulator.studio.store import Store
from tests.emulator.control_plane import ManualClock


def test_changes_end_in_the_order_of_their_times() -> None:
    clock = ManualClock()
    state = Store(clock)
    ended: list[int] = []
    for after in (20, 10, 30):
        arn = f"arn:aws:sagemaker:r:1:space/d-1/{after}"
        lab = Resource(name=str(after), arn=arn, data={}, created=0.0)
        state.spaces["d-1", lab.name] = lab
        begin(clock, lab, UPDATE, after=after, effect=partial(ended.append, after))
    clock.at += 25
    state.settle()
    assert ended == [10, 20]


def test_tags_of_a_deleted_resource_are_deleted() -> None:
    clock = ManualClock()
    state = Store(clock)
    lab = Resource(name="lab", arn="arn:aws:sagemaker:r:1:space/d-1/lab", data={}, created=0.0)
    state.spaces["d-1", "lab"] = lab
    state.tags[lab.arn] = {"Team": "a"}
    begin(clock, lab, DELETE, after=0)
    state.settle()
    assert (state.spaces, state.tags) == ({}, {})
