"""Java's regular expressions in Python."""

import re

import pytest

from studio_emulator.moto_internals import get_service_model
from studio_emulator.patterns import compiled
from studio_emulator.protocol import SERVICES

# Patterns of AWS with surrogates, which Python has not: none guards what is used here.
UNTRANSLATED = {"AthenaCatalog", "Catalog", "Database", "TableName"}
OF_ASCII = re.compile(r"\\[wWdDsSbB]|\\[pP]\{[A-Z]\w{2,}\}")


def test_aws_patterns_compile() -> None:
    failed = set()
    for service in SERVICES.values():
        service_model = get_service_model(service)
        for name in service_model.shape_names:
            pattern = service_model.shape_for(name).metadata.get("pattern")
            if pattern and compiled(pattern) is None:
                failed.add(name)
            assert not pattern or r"\p{L}" not in pattern or not OF_ASCII.search(pattern)
    assert failed == UNTRANSLATED


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\p{L}\p{Z}_.:/=+\-@]*", "Größe = 名", "a;b"),
        (r"\p{Alpha}+", "abc", "é"),
        (r"\p{M}+", "\u0301", "a"),
        (r"[a[]+", "a[", "b"),
        (r"\w+", "abc", "é"),
    ],
)
def test_java_patterns(pattern: str, good: str, bad: str) -> None:
    for value, fits in ((good, True), (bad, False)):
        regex = compiled(pattern)
        assert regex is not None
        assert bool(regex.fullmatch(value)) is fits
