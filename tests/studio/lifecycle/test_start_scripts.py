"""A start script is deleted once no app and no space uses it."""

from tests.studio.account import create_script
from tests.studio.lifecycle.users_stack import NO_FEATURE, Account


def test_a_start_script_is_kept_while_an_app_uses_it(account: Account) -> None:
    script, app = account.start_with_script()
    account.up(NO_FEATURE)
    assert (account.scripts(), account.in_state()) == ([script], [])
    account.stop(app)
    account.up(NO_FEATURE)
    assert account.scripts() == []


def test_a_start_script_without_the_tag_is_kept(account: Account) -> None:
    create_script(account.studio.sagemaker, "studio-ssh-carol")
    account.up(NO_FEATURE)
    assert account.scripts() == ["studio-ssh-carol"]
