"""`studio cost`."""

import json

from tests.scripts.conftest import CommandLine


def test_an_unknown_price_is_a_question_mark(studio: CommandLine) -> None:
    config = studio.folder / "studio.toml"
    config.write_text('[users.alice]\nspace.instance_type = "ml.m6i.large"\n')
    assert "       ?  alice: ml.m6i.large" in studio.run("cost").out.splitlines()
    code, out, _ = studio.run("cost", "--json")
    document = json.loads(out)
    assert (code, document["apps"][0]["usd"]) == (0, None)
    assert document["usd_a_day"]["cdk_demo"] == 5.76
