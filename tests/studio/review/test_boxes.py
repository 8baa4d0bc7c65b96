"""Resources are grouped into a box for each action."""

from studio.review.boxes import Part, group
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
