"""A start script is deleted once no app and no space uses it."""

from tests.studio.lifecycle.users_stack import NO_FEATURE, Account


def test_a_start_script_is_kept_while_an_app_uses_it(account: Account) -> None:
    script, app = account.start_with_script()
    account.up(NO_FEATURE)
    assert (account.scripts(), account.in_state()) == ([script], [])
    account.stop(app)
    account.up(NO_FEATURE)
    assert account.scripts() == []


def test_a_start_script_without_the_tag_is_kept(account: Account) -> None:
    account.studio.sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="studio-ssh-carol",
        StudioLifecycleConfigContent="c3No",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    account.up(NO_FEATURE)
    assert account.scripts() == ["studio-ssh-carol"]
