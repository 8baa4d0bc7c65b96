"""The ``--help`` text of each command."""

from collections.abc import Mapping
from dataclasses import dataclass

from scripts.driver import INTERRUPTED, INTERRUPTED_MESSAGE

DOCS = "docs/"

_TERMINAL = 80
"""Columns."""

_SUCCEEDED = (0, "success")
_FAILED = (1, "a step failed")
_WRONG = (2, "wrong settings or arguments, or no credentials")
_RISK = (3, "data is at risk; nothing was applied")
_INTERRUPTED = (INTERRUPTED, INTERRUPTED_MESSAGE)


@dataclass(frozen=True, kw_only=True)
class Help:
    """A command's summary, examples, exit codes and page in docs/.

    doing: the progress message after two silent seconds; "" if the command never waits.
    runs_terraform: whether it shows stacks. has_json: whether it takes ``--json``.
    """

    summary: str
    examples: tuple[tuple[str, str], ...]
    page: str
    codes: tuple[tuple[int, str], ...] = (_SUCCEEDED, _FAILED, _WRONG, _INTERRUPTED)
    doing: str = ""
    runs_terraform: bool = False
    has_json: bool = True

    @property
    def description(self) -> str:
        return f"{self.summary[0].upper()}{self.summary[1:]}."

    @property
    def epilog(self) -> str:
        """Examples, exit codes and the page, in lines."""
        width = max(len(line) for line, _ in self.examples)
        examples = [f"  {line:{width}}  {what}" for line, what in self.examples]
        if max(map(len, examples)) > _TERMINAL:
            examples = [f"  {line}\n      {what}" for line, what in self.examples]
        codes = [f"  {code:<3}  {meaning}" for code, meaning in self.codes]
        return "\n".join(
            ["examples:", *examples, "", "exit codes:", *codes, "", f"more: {DOCS}{self.page}"]
        )


COMMANDS: Mapping[str, Help] = {
    "up": Help(
        summary="deploy all stacks; build and push the images that they need",
        examples=(
            ("studio up", "show what changes and what it costs, ask, deploy"),
            ("studio up --yes", "the same without asking, as in a pipeline"),
        ),
        codes=(_SUCCEEDED, _FAILED, _WRONG, _RISK, _INTERRUPTED),
        page="how-to/deploy.md",
        doing="reading the state and the account",
        runs_terraform=True,
    ),
    "review": Help(
        summary="show what a deployment would change, cost and put at risk; change nothing",
        examples=(
            ("studio review", "print text"),
            ("studio review --html review.html", "also write a page with a diagram"),
            ("studio review --markdown", "for a comment on a pull request"),
        ),
        codes=(
            (0, "safe"),
            (1, "a rule is broken, or an error"),
            (2, "wrong settings, or a page that cannot be written"),
            (3, "data is at risk"),
            _INTERRUPTED,
        ),
        page="how-to/review.md",
        doing="reading the state",
        runs_terraform=True,
    ),
    "diagram": Help(
        summary="draw the deployment that the settings describe, as SVG or PNG",
        examples=(
            ("studio diagram", "write studio.svg, which follows the reader's light or dark theme"),
            ("studio diagram --out team.png --theme dark", "write a PNG"),
        ),
        page="how-to/review.md",
        doing="synthesizing",
    ),
    "plan": Help(
        summary="review, and save the plans for `studio apply`; change nothing",
        examples=(
            ("studio plan --out plans", "save the plans in the folder plans"),
            ("studio plan --out plans --markdown", "the review for a comment on a pull request"),
            ("studio plan --out plans --allow ADDRESS", "accept the loss of this resource"),
        ),
        codes=(
            (0, "safe"),
            (1, "a rule is broken, or an error"),
            (2, "wrong settings or arguments"),
            (3, "data is at risk; `studio apply` refuses the plans"),
            (4, "safe, and something changes (with --detailed-exitcode)"),
            _INTERRUPTED,
        ),
        page="how-to/pipelines.md",
        doing="reading the state",
        runs_terraform=True,
    ),
    "apply": Help(
        summary="apply the plans that `studio plan` saved, if nothing has changed since",
        examples=(("studio apply plans", "apply without asking; push images that ECR lacks"),),
        codes=(
            _SUCCEEDED,
            (1, "a step failed, or a stack's plan differs from the reviewed one"),
            (2, "something has changed since the plan; wrong settings or arguments"),
            _RISK,
            _INTERRUPTED,
        ),
        page="how-to/pipelines.md",
        doing="reading the state and the account",
        runs_terraform=True,
    ),
    "connect": Help(
        summary="start a user's app and configure an SSH host for it",
        examples=(
            ("studio connect alice", "print HOST, then run `ssh HOST`"),
            ("studio connect alice --code", "open VS Code on the host"),
        ),
        page="how-to/connect.md",
        doing="asking AWS",
    ),
    "invite": Help(
        summary="print the command that installs studio and connects a user",
        examples=(("studio invite alice", "send the command to alice"),),
        page="how-to/connect.md",
    ),
    "list": Help(
        summary="list the deployments of this checkout, their regions and resources",
        examples=(("studio list", "print a table"),),
        page="how-to/many-deployments.md",
    ),
    "status": Help(
        summary="show each user's app, its start time and its cost",
        examples=(("studio status", "print a table"), ("studio status --json", "print JSON")),
        page="how-to/status.md",
        doing="asking AWS what runs",
    ),
    "stop": Help(
        summary="stop a user's app and deregister its nodes; keep the volume",
        examples=(("studio stop alice", "stop the app of alice"),),
        page="how-to/status.md",
        doing="waiting for AWS",
    ),
    "doctor": Help(
        summary="check this machine, the account and the deployment",
        examples=(
            ("studio doctor", "print each problem, why it matters and its fix"),
            ("studio doctor --images", "also build and run each image"),
        ),
        codes=((0, "no check failed"), (1, "a check failed"), _WRONG, _INTERRUPTED),
        page="how-to/status.md",
        doing="checking",
    ),
    "push": Help(
        summary="build the enabled images and push those that ECR lacks",
        examples=(("studio push", "all images"), ("studio push slim", "one image")),
        page="how-to/images.md",
        doing="building and pushing",
    ),
    "image": Help(
        summary="check the images; list, record and prune their versions",
        examples=(
            ("studio image check", "build each image and run it as Studio does"),
            ("studio image list", "show versions, tags, digests and users"),
        ),
        codes=(_SUCCEEDED, (1, "a check or a step failed"), _WRONG, _INTERRUPTED),
        page="how-to/images.md",
        doing="working on the images",
    ),
    "cost": Help(
        summary="show what the settings cost a day, and what other settings save",
        examples=(("studio cost", "print a table, without a call to AWS"),),
        page="explanation/costs.md",
    ),
    "pause": Help(
        summary="stop what AWS bills by the hour; keep domain, users, volumes and homes",
        examples=(
            ("studio pause", "show the cost a day before and after, ask, pause"),
            ("studio pause --dry-run", "only show it"),
        ),
        page="how-to/pause.md",
        doing="reading the state and the account",
        runs_terraform=True,
    ),
    "resume": Help(
        summary="create again what `studio pause` deleted",
        examples=(("studio resume", "create the endpoints again"),),
        codes=(_SUCCEEDED, _FAILED, _WRONG, _RISK, _INTERRUPTED),
        page="how-to/pause.md",
        doing="reading the state",
        runs_terraform=True,
    ),
    "down": Help(
        summary="destroy the deployment, and what users and SageMaker added to it",
        examples=(
            ("studio down --dry-run", "show what is deleted and what is kept"),
            ("studio down", "show the same, ask, destroy"),
        ),
        page="how-to/destroy.md",
        doing="reading the state and the account",
        runs_terraform=True,
    ),
    "sweep": Help(
        summary="find and delete resources of earlier deployments",
        examples=(
            ("studio sweep --dry-run", "list them"),
            ("studio sweep --yes", "delete those that hold no data"),
        ),
        page="how-to/destroy.md",
        doing="searching for resources",
    ),
    "state": Help(
        summary="create the state bucket, move state, remove a lock, import resources",
        examples=(
            ("studio state init", "create the bucket of state.bucket"),
            ("studio state move", "move local state into the bucket"),
            ("studio state unlock", "remove the lock of a run that was killed"),
            ("studio state adopt", "import the existing resources after the state was lost"),
        ),
        page="how-to/state.md",
        doing="working on the state",
    ),
    "emulator": Help(
        summary="run an emulated AWS on 127.0.0.1 until interrupted",
        examples=(
            ("studio emulator --port 4566", "print environment variables for another terminal"),
        ),
        page="how-to/emulated-aws.md",
        doing="starting the emulated AWS",
        has_json=False,
    ),
    "demo": Help(
        summary="deploy onto an emulated AWS, connect, and destroy everything",
        examples=(("studio demo", "needs no AWS account"),),
        page="how-to/emulated-aws.md",
        doing="starting the emulated AWS",
        has_json=False,
    ),
    "completion": Help(
        summary="print the completion script of a shell",
        examples=(
            ('eval "$(studio completion bash)"', "in ~/.bashrc; zsh: in ~/.zshrc"),
            ("studio completion fish > ~/.config/fish/completions/studio.fish", "for fish"),
        ),
        codes=(_SUCCEEDED, _WRONG),
        page="reference/commands.md",
        has_json=False,
    ),
}
