"""AWS's managed policies load on first use."""

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
