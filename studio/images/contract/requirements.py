"""What Studio does with a custom image, as data.

Sources: the SageMaker developer guide's "Custom image specifications" (studio-updated-byoi-specs,
code-editor-custom-images, studio-byoi-specs for kernel gateways), "Get app metadata"
(notebooks-run-and-manage-metadata), and the start scripts of SageMaker Distribution for the
environment variables that the guide does not list: those that they read and do not set themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from settings import AppType

PORT = 8888
ARCHITECTURE = ("linux", "amd64")

HEALTH_SECONDS = 300.0
"""How long the server may take until it answers.

AWS publishes no number. An app whose image never answers is Failed after about 15 minutes
(aws/sagemaker-distribution#538), in which its instance is started and the image is pulled too; a
third of that is what an image may count on. A lifecycle script has the same 5 minutes.
"""

LAYER_MIB = 52_000
"""The largest layer that ECR takes (its service quotas, "Maximum layer size"), in MiB compressed.

Studio publishes no limit of its own.
"""

HOME = "/home/sagemaker-user"
LOGS = "/var/log/studio"
METADATA = "/opt/ml/metadata/resource-metadata.json"

_ACCOUNT, _DOMAIN, _SPACE = "123456789012", "d-abcdefghijkl", "check"


@dataclass(frozen=True, kw_only=True)
class App:
    """How Studio runs one kind of app.

    mount: where the user's volume hides the image's files. base: the server's base URL. health:
    paths of which one has to answer; none where Studio brings a server of its own, and only the
    kernel is the image's.
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
        # The guide writes the first, SageMaker Distribution serves the second.
        health=("/CodeEditor/default/", "/codeeditor/default/"),
    ),
    AppType.KERNEL_GATEWAY: App(user="0:0", mount="/root"),
}


def environment(app_type: AppType, *, region: str) -> dict[str, str]:
    """What Studio itself puts into the container's environment."""
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
