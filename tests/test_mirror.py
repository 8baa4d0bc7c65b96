"""Each module has a test module of its name, or a line in ``mirror.toml``."""

import tomllib

from settings.paths import PROJECT

PACKAGES = {
    "catalog": "catalog",
    "emulator/studio_emulator": "emulator",
    "modules": "modules",
    "scripts": "scripts",
    "settings": "settings",
    "stacks": "stacks",
    "studio": "studio",
    "tools": "tools",
}
"""The packages, and the folders of their tests."""
ELSEWHERE: dict[str, str] = tomllib.loads((PROJECT / "tests/mirror.toml").read_text("utf-8"))


def test_a_module_has_a_test_module_of_its_name_or_a_line_in_mirror_toml() -> None:
    missing = set()
    for package, tests in PACKAGES.items():
        for path in (PROJECT / package).rglob("*.py"):
            within = path.relative_to(PROJECT / package)
            if path.name.startswith("__"):
                continue
            if not (PROJECT / "tests" / tests / within.with_name(f"test_{path.name}")).exists():
                missing.add(str(path.relative_to(PROJECT)))
    assert sorted(ELSEWHERE) == sorted(missing)


def test_the_tests_that_mirror_toml_names_exist() -> None:
    assert [path for path in ELSEWHERE.values() if not (PROJECT / path).is_file()] == []
