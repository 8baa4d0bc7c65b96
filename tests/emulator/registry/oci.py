"""A low-level HTTP client, with methods for the registry."""

import base64
import hashlib
import http.client
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ACCOUNT = "123456789012"
REGION = "us-east-1"
REPOSITORY = "team/studio/slim"
ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
PULL = ("BatchGetImage", "GetDownloadUrlForLayer")
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def code(self) -> str:
        """The code of the first error of an OCI error document."""
        return str(json.loads(self.body)["errors"][0]["code"])

    @property
    def message(self) -> str:
        return str(json.loads(self.body)["errors"][0]["message"])


class Raw:
    """Sends requests as a test specifies them."""

    def __init__(self, endpoint: str, password: str | None = None) -> None:
        self.host = urlsplit(endpoint).netloc
        self.authorization = {} if password is None else _basic("AWS", password)

    def __call__(
        self, method: str, path: str, body: bytes | Iterable[bytes] = b"", **headers: str
    ) -> Reply:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(
            method,
            path,
            body=body,
            headers={**self.authorization, **named},
            encode_chunked=not isinstance(body, bytes),
        )
        response = connection.getresponse()
        reply = Reply(response.status, response.headers, response.read())
        connection.close()
        return reply

    def blob(self, content: bytes, repository: str = REPOSITORY) -> dict[str, Any]:
        """Upload a blob in one POST; its descriptor."""
        digest = digest_of(content)
        reply = self("POST", f"/v2/{repository}/blobs/uploads/?digest={digest}", content)
        assert reply.status == 201, reply.body
        return {"mediaType": "application/octet-stream", "digest": digest, "size": len(content)}

    def image(
        self, tag: str, text: str = "", *, repository: str = REPOSITORY, architecture: str = "amd64"
    ) -> tuple[Reply, bytes]:
        """Push an image whose layer is this text; the response and the manifest, as `push`."""
        config = {"architecture": architecture, "os": "linux", "t": text}
        return self.push(repository, tag, config, text.encode() or b"layer")

    def push(
        self, repository: str, tag: str, config: dict[str, Any], layer: bytes
    ) -> tuple[Reply, bytes]:
        """Push an image of one layer; the response to its manifest, and the manifest."""
        content = json.dumps(config).encode()
        manifest = manifest_of(self.blob(content, repository), self.blob(layer, repository))
        path = f"/v2/{repository}/manifests/{tag}"
        return self("PUT", path, manifest, Content_Type=MANIFEST), manifest

    def put(self, manifest: bytes, reference: str = "v1", media_type: str = MANIFEST) -> Reply:
        path = f"/v2/{REPOSITORY}/manifests/{reference}"
        return self("PUT", path, manifest, Content_Type=media_type)


def manifest_of(config: dict[str, Any], *layers: dict[str, Any]) -> bytes:
    return json.dumps(
        {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
    ).encode()


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def password_of(ecr: Any) -> str:
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    return base64.b64decode(token).decode().removeprefix("AWS:")


def make_repository(ecr: Any, name: str = REPOSITORY, **settings: Any) -> str:
    return str(
        ecr.create_repository(repositoryName=name, **settings)["repository"]["repositoryUri"]
    )


MISSING = {"mediaType": "x/y", "digest": digest_of(b"never"), "size": 5}


def allow(*actions: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement for actions of ECR on the repository."""
    named = [f"ecr:{action}" for action in actions]
    return {"Effect": effect, "Action": named, "Resource": ARN, **more}
