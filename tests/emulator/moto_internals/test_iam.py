"""AWS's managed policies load on first use; pages of roles and policies."""

from studio_emulator.server import Emulator
from tests.emulator.samples import allow, code_of, document, make_role


def test_aws_policies_load_on_access(aws: Emulator) -> None:
    iam = aws.client("iam")
    rules = document(allow("s3:ListAllMyBuckets"))
    folder = {"Path": "/job-function/"}
    own = iam.create_policy(PolicyName="own", PolicyDocument=rules, **folder)["Policy"]["Arn"]
    aws_s = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    make_role(aws, "role")
    for arn in (own, aws_s):
        iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=aws_s)["Policy"]["AttachmentCount"] == 1
    pages = iam.get_paginator("list_policies")
    few = {"PathPrefix": "/job-function/"}
    local = [each["Arn"] for page in pages.paginate(Scope="Local") for each in page["Policies"]]
    every = {each["Arn"] for page in pages.paginate(**few) for each in page["Policies"]}
    assert local == [own]
    assert {own, aws_s} < every
    for arn in (own, aws_s):
        iam.detach_role_policy(RoleName="role", PolicyArn=arn)
        assert code_of(iam.detach_role_policy, RoleName="role", PolicyArn=arn) == "NoSuchEntity"
    unknown = aws_s.replace("Only", "only")
    assert code_of(iam.attach_role_policy, RoleName="role", PolicyArn=unknown) == "NoSuchEntity"


def test_pages_of_roles_and_policies_continue_after_a_deleted_item(aws: Emulator) -> None:
    iam = aws.client("iam")
    for name in ("d", "b", "a", "c"):
        make_role(aws, name)
        iam.create_policy(PolicyName=name, PolicyDocument=document(allow("s3:*")))
    roles = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 2})
    policies = iam.get_paginator("list_policies").paginate(
        Scope="Local", PaginationConfig={"PageSize": 2}
    )
    listed = []
    for page, of_policies in zip(roles, policies, strict=True):
        listed.append([role["RoleName"] for role in page["Roles"]])
        assert [policy["PolicyName"] for policy in of_policies["Policies"]] == listed[-1]
        iam.delete_role(RoleName=listed[-1][0])
        iam.delete_policy(PolicyArn=of_policies["Policies"][0]["Arn"])
    assert listed == [["a", "b"], ["c", "d"]]
