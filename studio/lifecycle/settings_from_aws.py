"""The settings of a deployment as AWS shows them, for a user without studio.toml."""

from catalog import distribution
from settings import ConnectMethod, Settings
from settings.loading import of_deployment
from settings.users import SAGEMAKER_DISTRIBUTION
from studio.aws.client import Aws
from studio.connect.space_app import find_space


def find_settings(named: Settings, user: str) -> Settings:
    """The settings of a deployment with the connect method and the image of the user's space.

    A connection needs no others; they have their defaults. Raises UserError.
    """
    space = find_space(Aws(named.region), named.name, user)
    account = space.arn.split(":")[4]
    found: dict[str, object] = {}
    if space.starts_script:
        found = {"connect": ConnectMethod.SSH_HELPER}
    elif named.region in distribution.OWNERS and (space.image or "").split(":")[4:5] != [account]:
        found = {"space": {"image": SAGEMAKER_DISTRIBUTION}}
    return of_deployment(named.name, named.region, {user: found})
