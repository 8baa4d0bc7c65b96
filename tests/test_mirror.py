"""Each module has a test module of its name, or a line in ``mirror.toml``."""

import tomllib

from settings.paths import PROJECT

PACKAGES = (
    "catalog",
    "emulator/studio_emulator",
    "modules",
    "scripts",
    "settings",
    "stacks",
    "studio",
    "tools",
)
"""The packages; their tests are in the folder of the first name."""
ELSEWHERE: dict[str, str] = tomllib.loads((PROJECT / "tests/mirror.toml").read_text("utf-8"))


def test_a_module_has_a_test_module_of_its_name_or_a_line_in_mirror_toml() -> None:
    missing = set()
    for package in PACKAGES:
        tests = PROJECT / "tests" / package.partition("/")[0]
        for path in (PROJECT / package).rglob("*.py"):
            within = path.relative_to(PROJECT / package)
            if path.name.startswith("__"):
                continue
            if not (tests / within.with_name(f"test_{path.name}")).exists():
                missing.add(str(path.relative_to(PROJECT)))
    assert sorted(ELSEWHERE) == sorted(missing)


def test_the_tests_that_mirror_toml_names_exist() -> None:
    assert [path for path in ELSEWHERE.values() if not (PROJECT / path).is_file()] == []
