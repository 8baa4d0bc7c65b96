"""Requests with a signature in the URL, and with a body in chunks."""

import http.client
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from botocore.config import Config

from studio_emulator.server import Emulator
from tests.emulator.samples import allow, client_with, create_user


def test_presigned_url_and_chunked_body(aws: Emulator) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    key = create_user(aws, "alice", allow("s3:PutObject"))
    s3 = client_with(aws, "s3", key, Config(signature_version="s3v4"))
    put, get = (
        s3.generate_presigned_url(operation, Params={"Bucket": "team-data", "Key": "k"})
        for operation in ("put_object", "get_object")
    )
    url = urlsplit(put)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
    connection.request("PUT", f"{url.path}?{url.query}", iter([b"one ", b"two"]))
    assert connection.getresponse().status == 200
    connection.close()
    stored = aws.client("s3").get_object(Bucket="team-data", Key="k")
    assert stored["Body"].read() == b"one two"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(get, timeout=10)
