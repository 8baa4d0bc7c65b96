"""The checks, in the order in which a person would mend what they find."""

from studio.aws.quotas import RAISE
from studio.doctor import account_checks, client, deployment, images, network
from studio.doctor.model import Check, Place

_PLUGIN = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
    "session-manager-working-with-install-plugin.html"
)

CLIENT = (
    Check(
        name="ssh",
        place=Place.CLIENT,
        why="The connection is an ordinary SSH connection; VS Code uses the same program.",
        mend="sudo apt-get install openssh-client (macOS and Windows bring it)",
        look=client.ssh,
    ),
    Check(
        name="session-manager-plugin",
        place=Place.CLIENT,
        why="It carries the connection through Systems Manager, on either way.",
        mend=f"brew install --cask session-manager-plugin, or the package of {_PLUGIN}",
        look=client.session_manager_plugin,
    ),
    Check(
        name="vscode",
        place=Place.CLIENT,
        why="Older releases cannot work over SageMaker's remote access.",
        mend="install it from https://code.visualstudio.com/download; in it, run "
        "'Shell Command: Install code command in PATH'",
        look=client.code,
    ),
    Check(
        name="vscode-remote-ssh",
        place=Place.CLIENT,
        why="Without it VS Code opens nothing over SSH.",
        mend=f"code --install-extension {client.REMOTE_SSH}",
        look=client.remote_ssh,
    ),
    Check(
        name="credentials",
        place=Place.CLIENT,
        why="Every session is asked for with them; none is opened without.",
        mend="aws sso login, or export AWS_PROFILE=... for another source that boto3 knows",
        look=client.credentials,
    ),
    Check(
        name="clock",
        place=Place.CLIENT,
        why="AWS refuses signatures whose time is more than five minutes off.",
        mend="sudo timedatectl set-ntp true (macOS: sudo sntp -sS time.apple.com)",
        look=client.clock,
    ),
)
ACCOUNT = (
    Check(
        name="ssm-tier",
        place=Place.ACCOUNT,
        why="Session Manager reaches hybrid nodes, as ssh-helper makes them, in the advanced tier "
        "only.",
        mend=f"aws ssm update-service-setting --region {{region}} --setting-id "
        f"{account_checks.TIER} --setting-value advanced",
        look=account_checks.tier,
    ),
    Check(
        name="key-bucket",
        place=Place.ACCOUNT,
        why="Nodes, as ssh-helper makes them, take from it the public keys that they let in.",
        mend="studio up",
        look=account_checks.key_bucket,
    ),
    Check(
        name="quotas",
        place=Place.ACCOUNT,
        why="An app beyond the quota of its instance type is refused; for many types it is 0.",
        mend=RAISE,
        look=account_checks.quotas,
    ),
    Check(
        name="endpoint-services",
        place=Place.ACCOUNT,
        why="The VPC has no other way to AWS than an endpoint for each service.",
        mend="take the feature that needs it out of `features` in the settings, then studio up",
        look=account_checks.endpoint_services,
    ),
)
DEPLOYMENT = (
    Check(
        name="state",
        place=Place.DEPLOYMENT,
        why="What Terraform deployed is what `studio up` and `studio down` change.",
        mend="studio up",
        look=deployment.state,
    ),
    Check(
        name="domain",
        place=Place.DEPLOYMENT,
        why="No app starts in a domain that is not InService.",
        mend="studio up",
        look=deployment.domain,
    ),
    Check(
        name="homes",
        place=Place.DEPLOYMENT,
        why="An app mounts its user's home from the domain's file system.",
        mend="{command} --region {region}",
        look=network.homes,
    ),
    Check(
        name="endpoints",
        place=Place.DEPLOYMENT,
        why="Without one, calls from the VPC to its service time out; a session then waits for "
        "minutes or never opens.",
        mend="{command}",
        look=network.endpoints,
    ),
    Check(
        name="endpoint-dns",
        place=Place.DEPLOYMENT,
        why="AWS's names have to lead to the endpoints: nothing else can be reached.",
        mend="have the VPC's DHCP options name AmazonProvidedDNS, and its attributes "
        "enableDnsSupport and enableDnsHostnames be true",
        look=network.dns,
    ),
    Check(
        name="execution-roles",
        place=Place.DEPLOYMENT,
        why="SageMaker runs an app with its user's role, and fails where it may not assume it.",
        mend="studio up",
        look=deployment.roles,
    ),
    Check(
        name="source-identity",
        place=Place.DEPLOYMENT,
        why="With source identity on, an app whose role does not trust sts:SetSourceIdentity ends "
        "as Failed.",
        mend="studio up",
        look=deployment.source_identity,
    ),
    Check(
        name="profiles",
        place=Place.DEPLOYMENT,
        why="A person's spaces and apps belong to the user profile.",
        mend="studio up",
        look=deployment.profiles,
    ),
    Check(
        name="spaces",
        place=Place.DEPLOYMENT,
        why="The space is what one connects to.",
        mend="studio up",
        look=deployment.spaces,
    ),
    Check(
        name="remote-access",
        place=Place.DEPLOYMENT,
        why="SageMaker's own sessions need 8 GiB and a switch that only a stopped space can turn.",
        mend="{command}",
        look=deployment.remote_access,
    ),
    Check(
        name="image-versions",
        place=Place.DEPLOYMENT,
        why="An app cannot start from an image without a version that SageMaker has made.",
        mend="studio up",
        look=images.versions,
    ),
    Check(
        name="image-record",
        place=Place.DEPLOYMENT,
        why="A plan with an outdated record would make a version anew, or stop.",
        mend="studio image record, and commit the file",
        look=images.record,
    ),
    Check(
        name="image-check",
        place=Place.DEPLOYMENT,
        why="An app of an image that Studio cannot run ends in InternalFailure, or finds no node.",
        mend="studio image check, which says of each point what to change",
        look=images.contract,
    ),
)
CHECKS = (*CLIENT, *ACCOUNT, *DEPLOYMENT)
