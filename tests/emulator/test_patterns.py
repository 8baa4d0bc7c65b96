"""Java's regular expressions in Python."""

import pytest

from studio_emulator.moto_internals import get_service_model
from studio_emulator.patterns import compiled
from studio_emulator.protocol import SERVICES

# Patterns of AWS that no regular expression of Python's can say: none guards what is used here.
UNTRANSLATED = {
    "AthenaCatalog",
    "Catalog",
    "CloudConnectorIamRoleArn",
    "CustomerMetadataKey",
    "CustomerMetadataValue",
    "Database",
    "ResourceType",
    "TableName",
}


def test_aws_patterns_compile() -> None:
    failed = set()
    for service in SERVICES.values():
        service_model = get_service_model(service)
        for name in service_model.shape_names:
            pattern = service_model.shape_for(name).metadata.get("pattern")
            if pattern and compiled(pattern) is None:
                failed.add(name)
    assert failed == UNTRANSLATED


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\p{L}\p{Z}_.:/=+\-@]*", "Größe = 名", "a;b"),
        (r"\p{Alpha}+", "abc", "a1"),
        (r"\p{M}+", "\u0301", "a"),
        (r"[a[]+", "a[", "b"),
        (r"\w+", "abc", "é"),
    ],
)
def test_java_patterns(pattern: str, good: str, bad: str) -> None:
    for value, fits in ((good, True), (bad, False)):
        regex = compiled(pattern, for_ascii=value.isascii())
        assert regex is not None
        assert bool(regex.fullmatch(value)) is fits


def test_patterns_for_ascii_match_the_same_ascii_values() -> None:
    models = map(get_service_model, SERVICES.values())
    shapes = (model.shape_for(name) for model in models for name in model.shape_names)
    modelled = {str(shape.metadata.get("pattern")) for shape in shapes}
    patterns = [pattern for pattern in modelled if r"\p{" in pattern]
    assert patterns
    characters = [chr(code) for code in range(128)]
    for pattern in (*patterns, r"\p{Cn}*", r"[^\p{L}]*", r"[\p{M}a]", r"\p{Nonsense}"):
        whole, for_ascii = compiled(pattern), compiled(pattern, for_ascii=True)
        assert (whole is None) == (for_ascii is None)
        if whole is not None and for_ascii is not None:
            for value in (*characters, *(f"a{each}" for each in characters), ""):
                assert bool(whole.fullmatch(value)) == bool(for_ascii.fullmatch(value)), pattern
