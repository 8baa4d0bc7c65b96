"""The boxes of the diagram's users."""

from collections.abc import Mapping, Sequence

from studio.review import labels
from studio.review.boxes import MOST, Part, common, listed
from studio.terraform.plan import Action, Change

_OF_USER = (
    ("aws_iam_role", "role", "-user-"),
    ("aws_iam_policy", "client policy", "-client-"),
    ("aws_security_group", "security group", "-user-"),
)
"""The other resources of a user: type, noun, and the text before the user in their name."""


def user_parts(
    by_type: Mapping[str, list[Change]], *, on_path: bool
) -> tuple[list[Part], set[str]]:
    """The boxes of the users, and the addresses of the resources in them."""
    owned: dict[str, list[tuple[str, Change]]] = {}
    for change in by_type.get("aws_sagemaker_user_profile", []):
        owned.setdefault(labels.name(change), []).append(("profile", change))
    for change in by_type.get("aws_sagemaker_space", []):
        space = f"space ({labels.volume(change.values)})"
        owned.setdefault(labels.name(change), []).append((space, change))
    for type_, noun, before in _OF_USER:
        for change in by_type.get(type_, []):
            _, found, user = labels.name(change).partition(before)
            if found and user in owned:
                owned[user].append((noun, change))
    shown = {change.address for parts in owned.values() for _, change in parts}
    actions = {user: common(change.action for _, change in owned[user]) for user in sorted(owned)}
    if len(owned) > MOST:
        return _many_users(actions, on_path=on_path), shown
    return [
        Part(label=user, details=_details(owned[user]), action=action, on_path=on_path)
        for user, action in actions.items()
    ], shown


def _many_users(actions: Mapping[str, Action], *, on_path: bool) -> list[Part]:
    each = "each: profile, space, role, client policy, security group"
    return [
        Part(
            label=f"{len(users)} user{'' if len(users) == 1 else 's'}",
            details=(listed(users), each),
            action=action,
            on_path=on_path,
        )
        for action in labels.ACTIONS
        if (users := [user for user, of_user in actions.items() if of_user is action])
    ]


def _details(resources: Sequence[tuple[str, Change]]) -> tuple[str, ...]:
    """The resources of a user, with a line for each action if the actions differ."""
    actions = {change.action for _, change in resources}
    lines = [
        (action, [noun for noun, change in resources if change.action is action])
        for action in labels.ACTIONS
        if action in actions
    ]
    if len(lines) == 1:
        return (", ".join(lines[0][1]),)
    return tuple(f"{action}: {', '.join(nouns)}" for action, nouns in lines)
