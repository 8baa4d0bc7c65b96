"""Resources are grouped into a box for each action."""

from studio.review.boxes import Part, common, group, listed
from studio.terraform.plan import Action
from tests.studio.review.plans import change

ROLES = [change("aws_iam_role", f"r{n}", Action.NOTHING, name=f"r{n}") for n in range(4)]
NEW = change("aws_iam_role", "new", name="new")
OLD = change("aws_iam_role", "old", Action.DESTROY, name="old")


def test_resources_of_a_type_have_a_box_for_each_action() -> None:
    assert group([*ROLES, NEW, OLD], "role", "roles") == [
        Part(label="1 role", details=("old",), action=Action.DESTROY),
        Part(label="1 role", details=("new",), action=Action.CREATE),
        Part(label="4 roles", details=("r0, r1, r2, r3",)),
    ]


def test_a_box_lists_twelve_names() -> None:
    names = [f"r{number}" for number in range(14)]
    assert listed(names[:12]).endswith("r10, r11")
    assert listed(names).endswith("r10, r11 and 2 more")


def test_a_group_whose_actions_differ_is_changed() -> None:
    assert common([Action.CREATE, Action.CREATE]) is Action.CREATE
    assert common([Action.CREATE, Action.NOTHING]) is Action.UPDATE
