"""The project's patches of cdktf and jsii do not change the output."""

import os
import subprocess
import sys
from pathlib import Path

from settings.paths import PROJECT
from tests.commands import write_program
from tests.program import main, synthesize, written_files

TWO_USERS = "[users.alice]\n[users.bob]\n"
_AS_JSII_DOES = f"""
import runpy, sys, types
sys.modules["modules.jsii_requests"] = types.SimpleNamespace(install=lambda: None)
sys.path[0] = {str(PROJECT)!r}
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def test_output_without_the_patches_is_the_same(tmp_path: Path) -> None:
    """A Node before 22.15 loads all bindings, and runs cdktf and jsii as they are."""
    synthesize(tmp_path, TWO_USERS)
    unmodified = tmp_path / "unmodified"
    text = f'#!/bin/sh\n: > ran\nNODE_OPTIONS= exec "{os.environ["JSII_NODE"]}" "$@"\n'
    node = write_program(unmodified / "node", text)
    run = main(unmodified, TWO_USERS, "-c", _AS_JSII_DOES, node={"JSII_NODE": str(node)})
    assert run.returncode == 0, run.stderr
    assert (unmodified / "ran").exists()
    assert written_files(unmodified) == written_files(tmp_path)


_ASPECT = """
import sys
if sys.argv[1] == "modules":
    import modules
import jsii
from cdktf import App, Aspects, Fn, IAspect, TerraformOutput, TerraformResource, TerraformStack


@jsii.implements(IAspect)
class Aspect:
    def visit(self, node):
        if isinstance(node, TerraformResource):
            node.add_override("tags.seen", "by an aspect")


for folder in ("no aspect", "aspect"):
    app = App(outdir=f"{sys.argv[2]}/{folder}")
    one, two = TerraformStack(app, "one"), TerraformStack(app, "two")
    first = TerraformResource(one, "first", terraform_resource_type="thing")
    first.add_override("values", ["1e5", "${thing.x.y}", {"camelCase": {}}])
    second = TerraformResource(two, "second", terraform_resource_type="thing")
    second.add_override("joined", Fn.join("-", [first.fqn, "$${literal}"]))
    TerraformOutput(two, "list", value=first.get_list_attribute("some"))
    two.add_override("resource.thing.second.stack", second.get_string_attribute("arn"))
    if folder == "aspect":
        Aspects.of(two).add(Aspect())
    app.synth()
"""


def test_a_synthesis_writes_the_same_as_cdktf_alone(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    written = []
    for how in ("modules", "cdktf"):
        out = tmp_path / how
        for folder in ("no aspect", "aspect"):
            (out / folder).mkdir(parents=True)
        words = [sys.executable, "-c", _ASPECT, how, str(out)]
        subprocess.run(words, env=clean, check=True, timeout=120)
        files = sorted(out.rglob("*.json"))
        written.append({str(file.relative_to(out)): file.read_text() for file in files})
    assert written[0] == written[1]
    for folder in ("no aspect", "aspect"):
        text = written[0][f"{folder}/stacks/two/cdk.tf.json"]
        assert ("by an aspect" in text) == (folder == "aspect")
