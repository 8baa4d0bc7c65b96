"""An image that passes `studio image check`, with a small server in place of JupyterLab."""

import tempfile
from pathlib import Path

from tests.e2e.base_image import Buildah, cached

GOOD = "localhost/studio-check-good:1"
# Empty files are enough for the checks of other programs. The image is small because a storage
# without overlay mounts copies it for each container.
_RECIPE = """
set -e
useradd --uid 1000 --gid 100 --create-home --shell /bin/bash sagemaker-user
mkdir -p /opt/sagemaker-ssh-helper /etc/amazon/ssm /usr/local/share/jupyter/kernels/python3
touch /opt/sagemaker-ssh-helper/.ssh-configured /opt/sagemaker-ssh-helper/.ssh-ide-configured
touch /etc/amazon/ssm/seelog.xml
echo '{}' > /usr/local/share/jupyter/kernels/python3/kernel.json
for tool in sm-ssh-ide amazon-ssm-agent ssm-session-worker aws sudo curl unzip sshd; do
    printf '#!/bin/sh\\n' > /usr/local/bin/$tool
    chmod 755 /usr/local/bin/$tool
done
cd /usr/lib/x86_64-linux-gnu
rm -rf gconv perl-base /usr/bin/perl* /usr/lib/apt /usr/share/* /var/cache/* /var/lib/dpkg
"""


def archive(cache: Path) -> Path:
    """The image ``GOOD`` as a docker-archive, cached."""
    return cached(cache / "studio-check-small.tar", lambda path: _make(path, cache))


def _make(archive: Path, cache: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="studio-buildah-") as storage:
        buildah = Buildah(folder=Path(storage) / "buildah", cache=cache)
        try:
            container = buildah.container()
            buildah("run", "--isolation", "chroot", container, "--", "sh", "-c", _RECIPE)
            server = Path(__file__).with_name("stub_jupyter.py")
            buildah("copy", "--chmod", "644", container, str(server), "/opt/server.py")
            buildah(
                "config", "--user", "1000:100", "--workingdir", "/home/sagemaker-user",
                "--entrypoint", '["python3", "/opt/server.py"]', "--cmd", "", container,
            )  # fmt: skip
            buildah("commit", "--quiet", "--rm", container, GOOD)
            buildah("push", "--quiet", GOOD, f"docker-archive:{archive}:{GOOD}")
        finally:
            buildah.clean()
