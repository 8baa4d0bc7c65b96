"""docs/explanation/costs.md: what features and endpoints cost, and what breaks without them."""

from collections.abc import Iterator, Mapping

from catalog.endpoint_services import BASELINE, FEATURES, services
from catalog.names import Feature
from catalog.service_prices import ENDPOINT_ZONE_HOUR, HOURS_A_MONTH, KEY_MONTH
from scripts import cost
from settings import Settings
from studio.review.settings_costs import (
    CDK_DEMO_ENDPOINTS,
    CDK_DEMO_USD,
    CDK_DEMO_ZONES,
    cost_of_day,
)

DAY = 24 * ENDPOINT_ZONE_HOUR

WITHOUT: Mapping[str, str] = {
    "sagemaker.api": "Studio does not start: AWS requires it in a VPC without internet. The SDK "
    "and `aws sagemaker` do not work in an app.",
    "sagemaker.runtime": "Studio does not start: AWS requires it, too. Code in an app cannot call "
    "a SageMaker endpoint.",
    "studio": "Studio's pages do not open from within the VPC, and AWS requires it for Studio.",
    "ssm": "No connection over SSH, native or ssh-helper: the agent in the app cannot register.",
    "ssmmessages": "No connection over SSH, native or ssh-helper: no session opens.",
    "sts": "The start script of ssh-helper cannot read its identity; SDK jobs fail to find the "
    "account.",
    "logs": "Apps write no logs, and the Systems Manager agent waits about two minutes before it "
    "opens a session (aws/amazon-ssm-agent#639).",
    "ecr.api": "Code in an app cannot look up, run or push images. Studio pulls its own image "
    "through AWS's network, not through the VPC.",
    "ecr.dkr": "As for ecr.api: the layers of the images.",
    "servicecatalog": "SageMaker projects cannot be created or listed from an app.",
    "codeartifact.api": "`aws codeartifact login` fails, so pip and npm have no token.",
    "codeartifact.repositories": "pip and npm reach no package.",
    "git-codecommit": "git cannot clone from or push to CodeCommit.",
    "kms": "Code in an app cannot call KMS. Disks, homes and S3 do not need it.",
    "ec2messages": "SSM agents older than 3.3.40.0, in images of your own, cannot be reached.",
}
_FREE_BETWEEN_ZONES = (
    "https://aws.amazon.com/about-aws/whats-new/2022/04/"
    "aws-data-transfer-price-reduction-privatelink-transit-gateway-client-vpn-services/"
)


def page() -> str:
    """The text of the page."""
    return "\n".join((*_defaults(), *_features(), *_endpoints(), *_rest(), ""))


def _defaults() -> Iterator[str]:
    default = Settings()
    ours = services(default.features)
    zones = default.network.zones
    ours_day = len(ours) * zones * DAY
    keys_day = 2 * KEY_MONTH * 24 / HOURS_A_MONTH
    yield f"""# What a deployment costs

<!-- written by `python -m tools.reference` from catalog/ and settings/ -->

`make demo` and everything else on the emulated AWS costs nothing. On AWS, interface endpoints and
KMS keys are billed by the hour, even if no app runs. `studio cost` prints what the
settings cost a day idle, paused and with every app running; `studio review` what a change costs.
Prices are those of us-east-1 of November 2026 (`catalog/service_prices.py`):
{ENDPOINT_ZONE_HOUR} USD an hour for each zone of an interface endpoint, and 0.01 USD a GB that
passes it; {KEY_MONTH:g} USD a month for a KMS key.

The defaults, with two users:

```console
$ studio cost
{_printed()}
```

## The defaults against the CDK demo

| | endpoints | zones | USD a day |
|---|---|---|---|
| sjcahill/sagemaker-remote-demo | {CDK_DEMO_ENDPOINTS} | {CDK_DEMO_ZONES} | {CDK_DEMO_USD:.2f} |
| the defaults | {len(ours)} | {zones} | {ours_day:.2f} |
| the defaults with `network.endpoint_zones = 1` | {len(ours)} | 1 | {len(ours) * DAY:.2f} |
| the defaults with `features = []`: notebooks only | {len(BASELINE)} | {zones} \
| {len(BASELINE) * zones * DAY:.2f} |
| `features = []` and `network.endpoint_zones = 1` | {len(BASELINE)} | 1 \
| {len(BASELINE) * DAY:.2f} |
| paused (`studio pause`) | 0 | | 0.00 |

Two KMS keys cost {keys_day:.2f} USD a day more, also while the deployment is paused: one for disks
and home directories (none with `domain.kms = "aws-managed"`), one for flow logs (none with
`network.flow_logs = false`). The demo has neither.

A user who connects over SSH needs all {len(ours)} endpoints of the default features; the last table
says what each is for. They work in one zone too: apps in the other zone reach them through it, and
AWS [does not bill]({_FREE_BETWEEN_ZONES})
that traffic between the zones. In an outage of that zone apps keep running, but nobody can reach
them, and they cannot reach AWS. Two zones are the default for that reason; a team can set one at
any time. A default of one would delete endpoints of deployments whose settings do not name the
key."""


def _printed() -> str:
    settings = Settings.model_validate({"users": {"alice": {}, "bob": {}}})
    return "\n".join(cost.lines(cost_of_day(settings)))


def _features() -> Iterator[str]:
    zones = Settings().network.zones
    yield "\n## Feature by feature\n"
    yield "A feature shares the endpoints that another one has.\n"
    yield f"| feature | endpoints | USD a day, {zones} zones | USD a day, 1 zone |"
    yield "|---|---|---|---|"
    for name, endpoints in (("Studio itself", BASELINE), *FEATURES.items()):
        shown = f"`{name}`" if isinstance(name, Feature) else name
        listed = ", ".join(f"`{endpoint}`" for endpoint in endpoints) or "none"
        day = len(endpoints) * DAY
        yield f"| {shown} | {listed} | {day * zones:.2f} | {day:.2f} |"


def _endpoints() -> Iterator[str]:
    yield "\n## Endpoint by endpoint: what breaks without it\n"
    yield "| endpoint | needed by | without it |"
    yield "|---|---|---|"
    for service in services(Feature):
        needed = [f"`{feature}`" for feature, own in FEATURES.items() if service in own]
        by = "Studio itself" if service in BASELINE else ", ".join(needed)
        yield f"| `{service}` | {by} | {WITHOUT[service]} |"
    yield "\nThe gateway endpoint of S3 costs nothing."


def _rest() -> Iterator[str]:
    yield """
## What else is billed

Instances are billed while an app runs: `studio status` shows which run and what they cost
(`catalog/instances.py` has the prices). Idle apps are shut down after `defaults.idle_minutes`.
Volumes, home directories, images and flow logs are billed by size. A node of ssh-helper costs
0.00695 USD an hour while it is registered, also after its app has ended, until `studio stop`
deregisters it.

To count endpoints and keys yourself, write the configuration with
`. .venv/bin/activate && cdktf synth`, and then:

    jq '.resource.aws_vpc_endpoint | map(select(.vpc_endpoint_type == "Interface")) | length' \\
        cdktf.out/stacks/network/cdk.tf.json
    jq '.resource.aws_kms_key | length' cdktf.out/stacks/{network,role}/cdk.tf.json

Prices: [PrivateLink](https://aws.amazon.com/privatelink/pricing/),
[KMS](https://aws.amazon.com/kms/pricing/),
[SageMaker](https://aws.amazon.com/sagemaker/ai/pricing/)."""
