"""Resources of SageMaker are found by their names."""

from __future__ import annotations

from studio.aws.client import Aws
from studio.lifecycle.recovery.finders import candidates
from studio_emulator.server import Emulator
from tests.studio.deployed_studio import DeployedStudio


def test_resources_of_sagemaker_are_found(
    deployed_studio: DeployedStudio,
) -> None:
    it, aws = deployed_studio, Aws("us-east-1")
    sagemaker, image = it.sagemaker, f"{it.settings.name}-slim"
    sagemaker.create_app_image_config(AppImageConfigName="lab")
    sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="start",
        StudioLifecycleConfigContent="c2xlZXA=",
        StudioLifecycleConfigAppType="JupyterLab",
    )
    profile = {"domain_id": it.domain_id, "user_profile_name": "alice"}
    space = {"domain_id": it.domain_id, "space_name": "alice"}
    for kind, values, id_ in (
        ("image", {"image_name": image}, image),
        ("app_image_config", {"app_image_config_name": "lab"}, "lab"),
        ("studio_lifecycle_config", {"studio_lifecycle_config_name": "start"}, "start"),
        ("user_profile", profile, f":user-profile/{it.domain_id}/alice"),
        ("space", space, f":space/{it.domain_id}/alice"),
    ):
        (one,) = candidates(f"aws_sagemaker_{kind}", aws, values)
        assert (one.id.endswith(id_), one.tags) == (True, {}), kind
        missing = {**values, [*values][-1]: "missing"}
        assert candidates(f"aws_sagemaker_{kind}", aws, missing) == []


def test_an_image_version_of_another_image_is_not_found(aws: Emulator, found: Aws) -> None:
    from tests.emulator.samples import make_role

    aws.client("sagemaker").create_image(ImageName="studio-slim", RoleArn=make_role(aws, "image"))
    values = {"image_name": "studio-slim", "base_image": "repository@sha256:0"}
    assert candidates("aws_sagemaker_image_version", found, values) == []
