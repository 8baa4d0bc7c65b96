"""A container image of this machine's programs, without a download or build."""

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.emulator.registry.oci import Raw, make_repository, password_of

PROGRAMS = ("sh", "cat", "echo", "env", "id", "ls", "pwd", "sleep", "kill", "stty")
TEXTS = {
    "etc/passwd": "root:x:0:0::/root:/bin/sh\n"
    "sagemaker-user:x:1000:100::/home/sagemaker-user:/bin/sh\n"
    "sshd:x:101:65534::/run/sshd:/bin/false\n",
    # The emulator replaces it.
    "usr/bin/amazon-ssm-agent": "#!/bin/sh\nexit 1\n",
}


def push(aws: Any, repository: str, programs: Sequence[str] = PROGRAMS, **config: Any) -> str:
    """Push the image with this configuration; its REPOSITORY_URI:TAG."""
    ecr = aws.client("ecr")
    uri = make_repository(ecr, repository)
    layer = _layer(programs)
    document = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/usr/bin:/bin", "FROM_IMAGE=yes"], **config},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    raw = Raw(ecr.meta.endpoint_url, password_of(ecr))
    reply, _ = raw.push(repository, "v1", document, gzip.compress(layer, 1))
    assert reply.status == 201, reply.body
    return f"{uri}:v1"


def _layer(programs: Sequence[str]) -> bytes:
    """A tar archive of the programs and their libraries at their paths on this machine."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for folder in ("etc", "tmp", "usr", "usr/bin", "home", "proc", "dev", "sys"):
            _add_folder(archive, folder)
        for link in ("bin", "lib", "lib64"):
            # Where these are folders, only the needed files are added.
            if Path("/", link).is_symlink():
                member = tarfile.TarInfo(link)
                member.type, member.linkname = tarfile.SYMTYPE, str(Path("/", link).readlink())
                archive.addfile(member)
        path = f"{os.environ['PATH']}:/usr/sbin"
        files = {str(shutil.which(program, path=path)) for program in programs}
        for program in sorted(files):
            printed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
            files |= set(re.findall(r"(/\S+)", printed.stdout))
        for name in sorted(files):
            real = Path(name).parent.resolve() / Path(name).name
            archive.add(real.resolve(), str(real).removeprefix("/"))
        for name, text in TEXTS.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text), 0o755
            archive.addfile(member, io.BytesIO(text.encode()))
    return written.getvalue()


def _add_folder(archive: tarfile.TarFile, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
    archive.addfile(member)
