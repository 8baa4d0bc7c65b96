"""The image that an emulated deployment uses without a container engine."""

import gzip
import hashlib
import io
import json
import tarfile

from studio.images.placeholder import LABEL, placeholder


def test_a_placeholder_is_a_valid_image() -> None:
    image = placeholder("slim", "abc")
    manifest, config = json.loads(image.manifest), json.loads(image.config)
    for descriptor, blob in zip(
        [manifest["config"], *manifest["layers"]], [image.config, image.layer], strict=True
    ):
        assert descriptor["digest"] == f"sha256:{hashlib.sha256(blob).hexdigest()}"
        assert descriptor["size"] == len(blob)
    archive = gzip.decompress(image.layer)
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(archive).hexdigest()}"]
    assert (config["os"], config["architecture"]) == ("linux", "amd64")
    assert config["config"]["Labels"] == {LABEL: "true"}
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        assert files.getnames() == ["PLACEHOLDER"]
    assert placeholder("slim", "abc") == image
    assert placeholder("slim", "abd").manifest != image.manifest
