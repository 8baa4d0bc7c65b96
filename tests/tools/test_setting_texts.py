"""The comments of studio.toml."""

import re

from tools.setting_texts import setting_texts
from tools.settings_page import page


def test_each_key_describes_the_effect_of_a_change() -> None:
    paths = {text.path for text in setting_texts()}
    silent = {text.path for text in setting_texts() if not text.change}
    shared = {re.sub(r"^(users|groups)\.NAME\.", "defaults.", path) for path in silent}
    assert silent
    assert shared <= paths
    assert not silent & shared
    assert page().count("\n- A change: ") == len(list(setting_texts()))
