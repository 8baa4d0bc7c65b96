"""Requests with a signature in the URL, and with a body in chunks."""

import http.client
import urllib.request
from urllib.parse import urlsplit

from studio_emulator.server import Emulator


def test_presigned_url_and_chunked_body(aws: Emulator) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="team-data")
    put, get = (
        s3.generate_presigned_url(operation, Params={"Bucket": "team-data", "Key": "k"})
        for operation in ("put_object", "get_object")
    )
    url = urlsplit(put)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
    connection.request("PUT", f"{url.path}?{url.query}", iter([b"one ", b"two"]))
    assert connection.getresponse().status == 200
    connection.close()
    with urllib.request.urlopen(get, timeout=10) as answer:
        assert answer.read() == b"one two"
