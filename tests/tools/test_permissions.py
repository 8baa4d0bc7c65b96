"""The actions of AWS's managed policy."""

from tools.permissions import full_access, matching


def test_the_wildcards_of_full_access_are_expanded() -> None:
    assert matching(["*[*]*"], full_access()) == ["groundtruthlabeling:*"]
    assert {"sagemaker:CreateDomain", "sagemaker:InvokeEndpoint"} <= full_access()
