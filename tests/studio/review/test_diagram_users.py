"""The boxes of the diagram's users."""

from settings import Settings
from studio.review.boxes import Part
from studio.review.diagram_parts import deployment_parts
from studio.terraform.plan import Action
from tests.studio.review.plans import change, user

OTHERS = [
    change("aws_iam_role", name, Action.NOTHING, name=name)
    for name in ("domain", "images", "studio-user-without-profile")
]


def test_37_users_are_a_box_and_the_new_one_is_another() -> None:
    users = [one for n in range(37) for one in user(f"u{n:02}")]
    some, many = deployment_parts([*users, *user("alice", Action.CREATE)], Settings()).users
    assert (some.label, some.details[0], some.action) == ("1 user", "alice", Action.CREATE)
    assert (many.label, many.action) == ("37 users", Action.NOTHING)
    assert many.details[0].endswith("u11 and 25 more")


def test_up_to_six_users_have_a_box_each() -> None:
    six = [one for n in range(6) for one in user(f"u{n}")]
    assert len(deployment_parts(six, Settings()).users) == 6
    assert len(deployment_parts([*six, *user("u6")], Settings()).users) == 1


def test_a_user_shows_the_action_of_each_resource() -> None:
    profile, role = user("alice")
    space = change("aws_sagemaker_space", "alice", Action.DESTROY, space_name="alice")
    found = deployment_parts([profile, role, space, *OTHERS], Settings())
    assert found.users == [
        Part(
            label="alice",
            details=("destroyed: space (volume)", "unchanged: profile, role"),
            action=Action.UPDATE,
        )
    ]
    assert [part.label for part in found.account] == ["3 roles"]


def test_a_user_of_one_action_is_a_line() -> None:
    assert deployment_parts(user("alice"), Settings()).users == [
        Part(label="alice", details=("profile, role",))
    ]
