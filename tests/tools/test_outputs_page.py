"""The outputs of a stack, read from its source."""

import ast

import pytest

from tools.outputs_page import outputs


def test_an_export_with_a_description_is_an_output() -> None:
    source = 'self.export("vpc_id", vpc.id, "The VPC.")\nself.other("a", b, "c")'
    assert list(outputs(ast.parse(source))) == [("vpc_id", "The VPC.")]


def test_name_and_description_have_to_be_literals() -> None:
    with pytest.raises(ValueError, match="line 2: name and description have to be literals"):
        list(outputs(ast.parse("\nself.export(name, vpc.id, 'The VPC.')")))
