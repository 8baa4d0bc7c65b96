"""Which of cdktf's lines a person sees."""

import pytest

from studio.terraform.progress import Progress


def shown(*lines: str) -> list[str]:
    seen: list[str] = []
    progress = Progress(seen.append, started=0.0)
    for line in lines:
        progress.line(line)
    return [line.split("s  ", 1)[1] for line in seen]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            "network  aws_vpc.vpc (vpc): Creation complete after 1s [id=vpc-1]",
            "network  created   aws_vpc.vpc (1s)",
        ),
        (
            "users  aws_vpc.vpc: Modifications complete after 0s [id=vpc-1]",
            "users    changed   aws_vpc.vpc (0s)",
        ),
        (
            "domain  aws_vpc.vpc (a/b): Destruction complete after 1m2s",
            "domain   destroyed aws_vpc.vpc (1m2s)",
        ),
        (
            "image  aws_sagemaker_image.slim (slim/image): Still creating... [1m0s elapsed]",
            "image    waiting   aws_sagemaker_image.slim (1m0s)",
        ),
        (
            "domain  aws_vpc.vpc (vpc): Still destroying... [id=vpc-1, 10s elapsed]",
            "domain   waiting   aws_vpc.vpc (10s)",
        ),
        (
            "\x1b[2K\x1b[1Aecr  \x1b[1mPlan:\x1b[0m 2 to add, 0 to change, 0 to destroy.",
            "ecr      Plan: 2 to add, 0 to change, 0 to destroy.",
        ),
        (
            "role  No changes. Your infrastructure matches",
            "role     No changes. Your infrastructure",
        ),
    ],
)
def test_what_was_done_is_one_line(line: str, text: str) -> None:
    (seen,) = shown(line)
    assert seen.startswith(text)


@pytest.mark.parametrize(
    "line",
    [
        "a  Initializing the backend...",
        "         + arn = (known after apply)",
        "a  aws_vpc.vpc (vpc): Creating...",
        "",
    ],
)
def test_the_rest_is_left_to_the_log(line: str) -> None:
    assert shown(line) == []


def test_a_line_without_a_name_belongs_to_the_stack_before_it() -> None:
    assert shown("a  Initializing the backend...", "   Plan: 1 to add, 0 to change") == [
        "a        Plan: 1 to add, 0 to change"
    ]


def test_an_error_is_shown_whole_and_ends_where_another_stack_goes_on() -> None:
    assert shown(
        "domain  ╷",
        "│ Error: creating SageMaker AI Domain: refused",
        "│",
        "│   with aws_sagemaker_domain.domain,",
        "╵",
        "   + arn = (known after apply)",
        "role  Error: no frame",
        "   because of this",
        "users  Initializing provider plugins...",
        "   nothing to see",
    ) == [
        "domain   ! Error: creating SageMaker AI Domain: refused",
        "domain   ! with aws_sagemaker_domain.domain,",
        "role     ! Error: no frame",
        "role     ! because of this",
    ]


def test_terraforms_page_about_a_lock_becomes_who_and_since_when() -> None:
    seen: list[str] = []
    progress = Progress(seen.append, started=0.0)
    for line in (
        "domain  ╷",
        "│ Error: Error acquiring the state lock",
        "│ Error message: operation error S3: PutObject, https response error StatusCode: 412",
        "│ Lock Info:",
        "│   ID:        3b7b7a0c-8a5e-0b0e-7f0c-0c2f9d1f6a11",
        "│   Path:      team-state/studio/domain.tfstate",
        "│   Operation: OperationTypeApply",
        "│   Who:       bob@desk",
        "│   Created:   2026-11-24 01:02:03.4 +0000 UTC",
        "│ Terraform acquires a state lock to protect the state from being written",
        "╵",
        "role  Plan: 1 to add, 0 to change, 0 to destroy.",
    ):
        progress.line(line)
    assert str(progress.locked) == (
        "domain: locked by bob@desk since 2026-11-24 01:02:03 UTC (apply)"
    )
    (line,) = seen
    assert "Plan: 1 to add" in line
