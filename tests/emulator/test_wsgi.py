"""Requests with a signature in the URL, and with a body in chunks."""

from botocore.config import Config

from studio_emulator.server import Emulator
from tests.emulator.registry.oci import Raw
from tests.emulator.samples import allow, client_with, create_user


def test_presigned_url_and_chunked_body(aws: Emulator) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    key = create_user(aws, "alice", allow("s3:PutObject"))
    s3 = client_with(aws, "s3", key, Config(signature_version="s3v4"))
    put, get = (
        s3.generate_presigned_url(operation, Params={"Bucket": "team-data", "Key": "k"})
        for operation in ("put_object", "get_object")
    )
    send = Raw(aws.endpoint_url)
    assert send("PUT", put.removeprefix(aws.endpoint_url), iter([b"one ", b"two"])).status == 200
    stored = aws.client("s3").get_object(Bucket="team-data", Key="k")
    assert stored["Body"].read() == b"one two"
    assert send("GET", get.removeprefix(aws.endpoint_url)).status == 403
