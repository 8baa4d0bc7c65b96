"""Which programs `connect` needs in the image: few for "native", an SSH server for "ssh-helper"."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from settings import ConnectMethod
from studio.images.contract.container import Container
from studio.images.contract.result import CheckResult

_NO_SSH = "the app runs, but `studio connect` finds no node to connect to"
_NO_REMOTE = "the app runs, but VS Code's remote connection to the space fails to start its server"
_CONFIGURE = "run `sm-ssh-ide configure --ssh-only` in the Dockerfile, as root"
_MARKS = "/opt/sagemaker-ssh-helper"


@dataclass(frozen=True)
class Requirement:
    """any_of: commands or absolute paths; one of them must exist. native: "native" needs it, too
    (SageMaker developer guide, remote-access).
    """

    name: str
    any_of: tuple[str, ...]
    studio: str
    change: str
    native: bool = False


def _install(package: str) -> str:
    return f"install {package} in the Dockerfile"


REQUIREMENTS = (
    Requirement(
        "ssh-helper",
        ("sm-ssh-ide",),
        _NO_SSH,
        "install sagemaker-ssh-helper, with sagemaker<3, outside of the home folder",
    ),
    Requirement(
        "ssh-helper configured",
        (f"{_MARKS}/.ssh-ide-configured",),
        f"{_NO_SSH}: at the start it tries to download what is missing",
        _CONFIGURE,
    ),
    Requirement("ssh configured", (f"{_MARKS}/.ssh-configured",), _NO_SSH, _CONFIGURE),
    Requirement("sshd", ("sshd", "/usr/sbin/sshd"), _NO_SSH, _install("openssh-server")),
    Requirement(
        "sudo", ("sudo",), f"{_NO_SSH}: sshd and the agent are started as root", _install("sudo")
    ),
    Requirement(
        "ssm-agent",
        ("amazon-ssm-agent", "/usr/bin/amazon-ssm-agent", "/snap/bin/amazon-ssm-agent"),
        _NO_SSH,
        _CONFIGURE,
    ),
    Requirement(
        "session worker",
        ("ssm-session-worker", "/usr/bin/ssm-session-worker"),
        "the node is there, but every session to it ends at once",
        "install the whole package of amazon-ssm-agent, not its main program alone",
    ),
    Requirement(
        "seelog.xml",
        ("/etc/amazon/ssm/seelog.xml",),
        f"{_NO_SSH}: the agent ends without its logging configuration",
        "copy seelog.xml.template to /etc/amazon/ssm/seelog.xml",
    ),
    Requirement(
        "aws",
        ("aws", "/usr/local/bin/aws"),
        f"{_NO_SSH}: the key that lets you in is fetched with `aws s3 cp`",
        "install the AWS CLI, version 2, in the Dockerfile",
    ),
    *(
        Requirement(tool, (tool, *others), _NO_REMOTE, _install(tool), native=True)
        for tool, *others in (("curl", "wget"), ("tar",), ("gzip",), ("unzip",))
    ),
)

_HAS = """
for wanted; do
    case "$wanted" in
        /*) test -e "$wanted" ;;
        *) command -v "$wanted" > /dev/null 2>&1 ;;
    esac && echo "$wanted"
done
true
"""


def remote_access(
    container: Container, methods: Collection[ConnectMethod]
) -> Iterator[CheckResult]:
    """Check what the methods of the users need. What else is missing is shown, and passes."""
    wanted = list(
        dict.fromkeys(name for requirement in REQUIREMENTS for name in requirement.any_of)
    )
    asked = container.execute(["sh", "-c", _HAS, "has", *wanted])
    if asked.code != 0:
        # A failed command does not mean that programs are missing.
        for requirement in REQUIREMENTS:
            yield CheckResult(requirement.name, None, f"could not be checked: {asked.last_line}")
        return
    there = set(asked.output.splitlines())
    for requirement in REQUIREMENTS:
        found = [name for name in requirement.any_of if name in there]
        text = found[0] if found else f"{' or '.join(requirement.any_of)} is missing"
        needed = requirement.native or ConnectMethod.SSH_HELPER in methods
        if not found and not needed:
            text += ', which connect = "ssh-helper" needs'
        yield CheckResult(
            requirement.name,
            bool(found) or not needed,
            text,
            requirement.studio,
            requirement.change,
        )
