"""Images that users attach: those of running apps cannot be detached; the versions of apps."""

from tests.emulator.control_plane import ROLE, SLIM, ControlPlane, refused

DETACHED: dict[str, dict[str, list[str]]] = {"JupyterLabAppSettings": {"CustomImages": []}}


def test_detaching_an_image_in_use(studio: ControlPlane) -> None:
    studio.image()
    domain_id = studio.domain()
    alice, bob = (
        studio.profile(domain_id, name, JupyterLabAppSettings=SLIM) for name in ("alice", "bob")
    )
    studio.space(domain_id)
    app = studio.app(domain_id, SageMakerImageArn=studio.call.arn("image/slim"))
    words = "Image [slim] cannot be detached"
    refused("ResourceInUse", words, studio.UpdateUserProfile, **alice, UserSettings=DETACHED)
    studio.UpdateUserProfile(**bob, UserSettings=DETACHED)
    studio.UpdateUserProfile(**alice, UserSettings={"StudioWebPortal": "ENABLED"})
    studio.wait(600)
    studio.DeleteApp(**app)
    studio.wait(600)
    studio.UpdateUserProfile(**alice, UserSettings=DETACHED)


def test_detaching_an_image_from_profile_and_domain(studio: ControlPlane) -> None:
    studio.image()
    defaults = studio.domain_params()["DefaultUserSettings"]
    settings = defaults | {"JupyterLabAppSettings": SLIM}
    domain_id = studio.domain(DefaultUserSettings=settings)
    alice = studio.profile(domain_id, JupyterLabAppSettings=SLIM)
    studio.space(domain_id)
    studio.app(domain_id, SageMakerImageArn=studio.call.arn("image/slim"))
    studio.UpdateUserProfile(**alice, UserSettings=DETACHED)
    words = "cannot be detached"
    update = studio.UpdateDomain
    refused("ResourceInUse", words, update, DomainId=domain_id, DefaultUserSettings=DETACHED)


def test_image_of_the_default_space_settings(studio: ControlPlane) -> None:
    studio.image()
    shared = {"ExecutionRole": ROLE, "JupyterLabAppSettings": SLIM}
    domain_id = studio.idle_space(domain={"DefaultSpaceSettings": shared})
    studio.app(domain_id, SageMakerImageArn=studio.call.arn("image/slim"))


def test_app_runs_the_newest_created_version(studio: ControlPlane) -> None:
    studio.image(versions=["CREATED", "CREATED", "CREATE_FAILED"])
    domain_id = studio.idle_space()
    studio.update_profile(domain_id, JupyterLabAppSettings=SLIM)
    studio.app(domain_id, SageMakerImageArn=studio.call.arn("image/slim"))
    delete = studio.DeleteImageVersion
    refused("ResourceInUse", "/lab/", delete, ImageName="slim", Version=2)
    for number in (1, 3):
        delete(ImageName="slim", Version=number)


def test_image_version_must_belong_to_the_image(studio: ControlPlane) -> None:
    studio.image()
    studio.image("other")
    app = studio.app_key(studio.idle_space())
    studio.update_profile(app["DomainId"], JupyterLabAppSettings=SLIM)
    slim, other = (
        {
            "SageMakerImageArn": studio.call.arn(f"image/{name}"),
            "SageMakerImageVersionArn": studio.call.arn(f"image-version/{name}/1"),
        }
        for name in ("slim", "other")
    )
    image = slim["SageMakerImageArn"]
    aws_own = {"SageMakerImageArn": "arn:aws:sagemaker:eu-west-1:885854791233:image/distribution"}
    for spec, words in (
        ({**slim, "SageMakerImageVersionArn": other["SageMakerImageVersionArn"]}, "not a version"),
        ({"SageMakerImageVersionArn": other["SageMakerImageVersionArn"]}, "not attached"),
        ({**other, **aws_own}, "not a version"),
        ({"SageMakerImageArn": image, "SageMakerImageVersionAlias": "9.9.9"}, "alias [9.9.9]"),
    ):
        refused("ValidationException", words, studio.CreateApp, **app, ResourceSpec=spec)
    studio.CreateApp(**app, ResourceSpec=slim)
    refused("ResourceInUse", "/lab/", studio.DeleteImageVersion, ImageName="slim", Version=1)
