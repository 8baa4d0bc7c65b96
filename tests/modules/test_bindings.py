"""The AWS bindings in the process of an app that this project's modules are lifted into."""

import sys

import cdktf_cdktf_provider_aws as aws
import pytest


def test_the_package_has_the_attributes_that_its_own_init_gives_it() -> None:
    before = set(sys.modules)
    topic = aws.sns_topic.SnsTopic
    assert topic.__module__ == "cdktf_cdktf_provider_aws.sns_topic"
    assert aws.__file__.endswith("__init__.py")
    new = [name.split(".") for name in set(sys.modules) - before]
    assert {parts[1] for parts in new if parts[0] == aws.__name__} <= {"sns_topic", "_jsii"}


@pytest.mark.parametrize("name", ["no_such_service", "__wrapped__", "__all__"])
def test_what_it_lacks_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
        getattr(aws, name)
