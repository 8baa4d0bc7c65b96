"""`studio cost`."""

import json

from tests.scripts.conftest import CommandLine


def test_an_unknown_price_is_a_question_mark_and_left_out_of_the_sum(studio: CommandLine) -> None:
    config = studio.folder / "studio.toml"
    config.write_text('[users.alice]\nspace.instance_type = "ml.m6i.large"\n')
    lines = studio.run("cost").out.splitlines()
    assert "       ?  alice: ml.m6i.large" in lines
    assert lines[3].endswith("   every user's app runs all day, without those marked ?")
    code, out, _ = studio.run("cost", "--json")
    document = json.loads(out)
    assert (code, document["apps"][0]["usd"]) == (0, None)
    sums = document["usd_a_day"]
    assert (sums["working"], sums["cdk_demo"]) == (sums["idle"], 5.76)
