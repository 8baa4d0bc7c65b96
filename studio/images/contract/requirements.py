"""How Studio runs a custom image: port, user, volume, command, health path, environment, metadata.

Sources: the SageMaker developer guide's "Custom image specifications" (studio-updated-byoi-specs,
code-editor-custom-images, studio-byoi-specs for kernel gateways), "Get app metadata"
(notebooks-run-and-manage-metadata), and the start scripts of SageMaker Distribution for the
environment variables that the guide does not list: those that the scripts read but do not set.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.container_config import ContainerConfig
from settings import AppType

PORT = 8888
HOME = "/home/sagemaker-user"
LOGS = "/var/log/studio"
METADATA = "/opt/ml/metadata/resource-metadata.json"

_ACCOUNT, _DOMAIN, _SPACE = "123456789012", "d-abcdefghijkl", "check"


@dataclass(frozen=True, kw_only=True)
class App:
    """The settings with which Studio runs an app type.

    mount: of the user's volume, which hides the image's files. base: the server's base URL. health:
    paths, one of which must respond; none if Studio has its own server, and needs only the image's
    kernel.
    """

    user: str
    mount: str
    base: str = ""
    health: tuple[str, ...] = ()


APPS: Mapping[AppType, App] = {
    AppType.JUPYTER_LAB: App(
        user="1000:100",
        mount=HOME,
        base="/jupyterlab/default",
        health=("/jupyterlab/default/api/status",),
    ),
    AppType.CODE_EDITOR: App(
        user="1000:100",
        mount=HOME,
        base="/CodeEditor/default",
        # The guide has the first path, SageMaker Distribution the second.
        health=("/CodeEditor/default/", "/codeeditor/default/"),
    ),
    AppType.KERNEL_GATEWAY: App(user="0:0", mount="/root"),
}


def command_line(
    container: ContainerConfig, entrypoint: tuple[str, ...], command: tuple[str, ...]
) -> tuple[str, ...]:
    """The command line for an image with this ENTRYPOINT and this CMD.

    As container engines do it: an entrypoint replaces ENTRYPOINT and CMD, arguments without an
    entrypoint replace CMD.
    """
    if container.entrypoint:
        return container.entrypoint + container.arguments
    return entrypoint + (container.arguments or command)


def environment(app_type: AppType, *, region: str) -> dict[str, str]:
    """The environment variables that Studio sets in the container."""
    return {
        "AWS_ACCOUNT_ID": _ACCOUNT,
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/_sagemaker-instance-credentials/check",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "SAGEMAKER_APP_TYPE": app_type.value,
        "SAGEMAKER_SPACE_NAME": _SPACE,
        "SAGEMAKER_SPACE_TYPE_LOWERCASE": "private",
        "STUDIO_LOGGING_DIR": LOGS,
    }


def metadata(app_type: AppType, *, region: str, partition: str) -> str:
    """The content of `METADATA`."""
    app = f"{_DOMAIN}/{_SPACE}/{app_type.value}/default"
    return json.dumps(
        {
            "AppType": app_type.value,
            "DomainId": _DOMAIN,
            "SpaceName": _SPACE,
            "ExecutionRoleArn": f"arn:{partition}:iam::{_ACCOUNT}:role/check",
            "ResourceArn": f"arn:{partition}:sagemaker:{region}:{_ACCOUNT}:app/{app}",
            "ResourceName": "default",
            "AppImageVersion": "",
        }
    )
