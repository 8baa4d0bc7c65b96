"""A container image of programs of this machine, which needs neither a download nor a build."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests.emulator.registry.oci import MANIFEST, Raw, manifest_of, password_of

PROGRAMS = ("sh", "cat", "echo", "env", "id", "ls", "pwd", "sleep", "kill", "stty")
PASSWD = "sagemaker-user:x:1000:100::/home/sagemaker-user:/bin/sh\n"


def push(aws: Any, repository: str, **config: Any) -> str:
    """Push it with this configuration; its address, REPOSITORY_URI:TAG."""
    ecr = aws.client("ecr")
    uri = ecr.create_repository(repositoryName=repository)["repository"]["repositoryUri"]
    raw = Raw(aws.client("ecr").meta.endpoint_url, password_of(ecr))
    layer = _layer(PROGRAMS)
    document = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/usr/bin:/bin", "FROM_IMAGE=yes"], **config},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    blobs = [
        raw.blob(content, repository)
        for content in (json.dumps(document).encode(), gzip.compress(layer, 1))
    ]
    kinds = ("container.image.v1+json", "image.rootfs.diff.tar.gzip")
    for blob, kind in zip(blobs, kinds, strict=True):
        blob["mediaType"] = f"application/vnd.docker.{kind}"
    path = f"/v2/{repository}/manifests/v1"
    reply = raw("PUT", path, manifest_of(*blobs), Content_Type=MANIFEST)
    assert reply.status == 201, reply.body
    return f"{uri}:v1"


def _layer(programs: tuple[str, ...]) -> bytes:
    """A tar archive of the programs with their libraries, at the paths that they have here."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for folder in ("etc", "tmp", "usr", "usr/bin", "home", "proc", "dev", "sys"):
            _add_folder(archive, folder)
        for link in ("bin", "lib", "lib64"):
            # On a machine where these are folders, what programs need is added as it is.
            if Path("/", link).is_symlink():
                member = tarfile.TarInfo(link)
                member.type, member.linkname = tarfile.SYMTYPE, str(Path("/", link).readlink())
                archive.addfile(member)
        files = {str(shutil.which(program)) for program in programs}
        for program in sorted(files):
            printed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
            files |= set(re.findall(r"(/\S+)", printed.stdout))
        for name in sorted(files):
            real = Path(name).parent.resolve() / Path(name).name
            archive.add(real.resolve(), str(real).removeprefix("/"))
        member = tarfile.TarInfo("etc/passwd")
        member.size = len(PASSWD)
        archive.addfile(member, io.BytesIO(PASSWD.encode()))
    return written.getvalue()


def _add_folder(archive: tarfile.TarFile, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
    archive.addfile(member)
