"""An app whose lifecycle configuration registers it as a managed node."""

from typing import Any

import pytest

from tests.emulator.runtime.containers import MAIN, SECONDS, ContainerStudio, log
from tests.emulator.runtime.running import USER
from tests.emulator.sessions import channels
from tests.emulator.sessions.channels import eventually
from tests.emulator.ssm.registration import send_command

pytestmark = pytest.mark.container

# The steps of sagemaker-ssh-helper's scripts, with the programs of this machine.
REGISTER = r"""#!/bin/bash
set -eu
call() {  # SERVICE TARGET BODY
    local address=${AWS_ENDPOINT_URL#http://}
    exec 5<>"/dev/tcp/${address/://}"
    printf '%s\r\n' "POST / HTTP/1.0" "X-Amz-Target: $2" \
        "Content-Type: application/x-amz-json-1.1" "Content-Length: ${#3}" \
        "Authorization: AWS4-HMAC-SHA256 Credential=$AWS_ACCESS_KEY_ID/20260101/us-east-1/$1/x" \
        "" >&5
    printf %s "$3" >&5
    cat <&5
}
body='{"IamRole": "node", "Tags": [{"Key": "SSHOwner", "Value": "alice"}]}'
answer=$(call ssm AmazonSSM.CreateActivation "$body")
member() { local rest=${answer#*\"$1\": \"}; echo "${rest%%\"*}"; }
echo Yes | amazon-ssm-agent -register -id "$(member ActivationId)" \
    -code "$(member ActivationCode)" -region us-east-1
amazon-ssm-agent > /tmp/agent.log 2>&1 &
"""

# Port 22 requires root, and this image has no sudo.
SSHD = """\
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f /tmp/host_key
/usr/sbin/sshd -f /dev/null -h /tmp/host_key -o UsePAM=no -o PidFile=none"""


def test_app_registers_as_a_node(container_studio: ContainerStudio) -> None:
    """The script registers the node; sessions to the node reach the image's sshd."""
    studio = container_studio
    helper = studio.attach("helper", MAIN, "bash", "mkdir", "sshd", "ssh-keygen")
    studio.start(USER, "ml.t3.large", **studio.script("register", REGISTER), **helper)
    described = studio.ssm.describe_instance_information

    def pings() -> list[str]:
        return [node["PingStatus"] for node in described()["InstanceInformationList"]]

    assert eventually(lambda: pings() == ["Online"], seconds=SECONDS), log(
        studio, "/LifecycleConfigOnStart"
    )
    target = described()["InstanceInformationList"][0]["InstanceId"]
    # The script may end after its agent is online.
    assert eventually(
        lambda: target in "".join(log(studio, "/LifecycleConfigOnStart")[-1:]), seconds=SECONDS
    )
    tags = studio.ssm.list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=target)
    assert tags["TagList"] == [{"Key": "SSHOwner", "Value": "alice"}]

    command = send_command(studio.ssm, target, SSHD, "id -u", "echo oh >&2; exit 3")

    def answer() -> Any:
        return studio.ssm.get_command_invocation(CommandId=command, InstanceId=target)

    assert eventually(lambda: answer()["Status"] != "Pending", seconds=SECONDS)
    assert (answer()["ResponseCode"], answer()["StandardErrorContent"]) == (3, "oh\n")
    assert answer()["StandardOutputContent"] == "0\n"

    channel = channels.Channel(studio.ssm.start_session(Target=target, **channels.SSH))
    assert channel.recv().startswith(b"SSH-2.0-OpenSSH")
    channel.close()

    studio.stop(USER)
    assert eventually(lambda: pings() == ["ConnectionLost"], seconds=SECONDS)
