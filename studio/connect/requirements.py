"""What a connection needs of machine and account: the doctor's own checks, made before it costs."""

from settings import Settings, UserError
from studio.doctor.checks import ACCOUNT, CLIENT
from studio.doctor.context import Studio
from studio.doctor.model import Outcome, examine
from studio.terraform.deployment import Deployment
from studio.toolchain import toolbox

SSH = ("ssh", "session-manager-plugin")
CODE = ("vscode", "vscode-remote-ssh")
TIER = ("ssm-tier",)


def require(settings: Settings, *names: str) -> None:
    """Raise UserError, with what mends it, for the first of these checks that fails.

    What cannot be found out, as where AWS denies the look-up, does not stop anybody.
    """
    checks = (check for check in (*CLIENT, *ACCOUNT) if check.name in names)
    # None of these looks at the deployment.
    studio = Studio(
        settings=settings,
        deployment=Deployment(settings=settings, out=toolbox.PROJECT / "cdktf.out"),
    )
    for result in examine(checks, studio):
        if result.outcome is Outcome.FAILED:
            raise UserError(f"{result.found}. {result.why} To mend it: {result.mend}")
