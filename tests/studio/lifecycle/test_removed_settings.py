"""Removed settings are cleared in AWS, whether an update replaces or merges what it sends."""

from typing import Any

import pytest

from catalog.distribution import VERSION_ALIAS
from tests.studio.lifecycle.users_stack import (
    ALIAS,
    BOTH,
    HELPER,
    NATIVE,
    NO_FEATURE,
    NO_IMAGE,
    PINNED,
    Account,
    script_arn,
)


@pytest.mark.parametrize(
    "life",
    [
        [NATIVE, PINNED, NATIVE],
        [NATIVE, HELPER, NATIVE, NO_FEATURE],
        [BOTH, NO_FEATURE],
        [BOTH, NO_IMAGE, NATIVE],
        # A version is pinned, then an alias, then neither, and back.
        [PINNED, NO_IMAGE, NATIVE, NO_IMAGE, PINNED],
        [PINNED, {**NO_IMAGE, "features": []}, BOTH],
        [
            HELPER,
            {**NATIVE, "users": {"alice": {"space": {"app_type": "CodeEditor", "image": ""}}}},
        ],
    ],
)
def test_aws_has_what_terraform_writes(account: Account, life: list[dict[str, Any]]) -> None:
    for wanted in life:
        written = account.up(wanted)
        held = account.held()
        for member, of_app in written.items():
            # An alias has no value that clears it: Terraform ignores it, and so does CreateApp.
            spec = of_app["DefaultResourceSpec"]
            if ALIAS not in spec:
                held[member]["DefaultResourceSpec"].pop(ALIAS, None)
        assert held == written
        assert account.leftovers(wanted).updates == ()
    assert sorted(account.scripts()) == sorted(account.in_state())


def test_an_alias_is_set_and_removed_with_its_image(account: Account) -> None:
    def alias() -> str | None:
        spec = account.held()["JupyterLabAppSettings"]["DefaultResourceSpec"]
        return spec.get(ALIAS)  # type: ignore[no-any-return]

    account.up(NO_IMAGE)
    assert alias() == VERSION_ALIAS
    account.up(NATIVE)
    merged = account.studio.aws.options.settings_updates == "merge"
    assert alias() == (VERSION_ALIAS if merged else None)
    account.up(NO_IMAGE)
    assert alias() == VERSION_ALIAS


def test_the_preview_lists_what_up_clears(account: Account) -> None:
    account.up(BOTH)
    before = account.held()
    found = account.leftovers(NO_FEATURE)
    assert list(map(str, found.updates)) == [
        "lifecycle configurations, default lifecycle configuration, image version of user profile "
        "alice"
    ]
    assert account.held() == before


def test_without_connect_a_space_loses_its_script_and_once_its_app_ends_remote_access(
    account: Account,
) -> None:
    sagemaker = account.studio.sagemaker
    space = {"DomainId": account.studio.domain_id, "SpaceName": "alice"}
    account.studio.update_space("alice", RemoteAccess="ENABLED")
    script, app = account.start_with_script()
    chosen = {"InstanceType": "ml.m5.large", "LifecycleConfigArn": script_arn(script)}
    account.studio.update_space("alice", JupyterLabAppSettings={"DefaultResourceSpec": chosen})
    account.up(NO_FEATURE)
    (kept,) = account.leftovers(NO_FEATURE).kept
    assert kept.startswith("remote access of space alice stays while its app runs")
    held = sagemaker.describe_space(**space)["SpaceSettings"]
    assert held["RemoteAccess"] == "ENABLED"
    assert held["JupyterLabAppSettings"]["DefaultResourceSpec"] == {"InstanceType": "ml.m5.large"}
    account.stop(app)
    account.up(NO_FEATURE)
    assert sagemaker.describe_space(**space)["SpaceSettings"]["RemoteAccess"] == "DISABLED"
