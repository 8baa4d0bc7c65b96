"""The pipelines in examples/ use existing commands, and their roles trust only the pipeline."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from scripts.parsers import studio_parser
from settings.paths import PROJECT

EXAMPLES = PROJECT / "examples"
PIPELINES = {
    EXAMPLES / "github-actions" / "studio.yml": ["plan", "apply"],
    EXAMPLES / "gitlab" / ".gitlab-ci.yml": ["review", "plan", "apply"],
}
GITHUB, GITLAB = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in PIPELINES)


@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda path: path.parent.name)
def test_each_command_is_valid(pipeline: Path) -> None:
    text = pipeline.read_text(encoding="utf-8")
    found = [shlex.split(one) for one in re.findall(r"\.venv/bin/studio ([^>|&\n]+)", text)]
    assert [words[0] for words in found] == PIPELINES[pipeline]
    for words in found:
        assert studio_parser()[0].parse_args(words).command == words[0]


@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda path: path.parent.name)
def test_no_job_has_a_long_term_access_key(pipeline: Path) -> None:
    text = pipeline.read_text(encoding="utf-8")
    assert not re.search(r"ACCESS_KEY", text, re.IGNORECASE)
    assert "id_token" in text or "id-token" in text


def test_only_oidc_tokens_of_one_branch_or_environment_may_assume_a_pipelines_roles() -> None:
    trusted = {}
    for path in EXAMPLES.glob("*/trust-*.json"):
        (statement,) = json.loads(path.read_text(encoding="utf-8"))["Statement"]
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        provider = statement["Principal"]["Federated"].partition("oidc-provider/")[2]
        conditions = json.loads(json.dumps(statement["Condition"]).replace(f"{provider}:", ""))
        trusted[f"{path.parent.name}/{path.stem} {provider}"] = conditions
    github, gitlab = {"aud": "sts.amazonaws.com"}, {"aud": "https://gitlab.com"}
    branch = "project_path:GROUP/PROJECT:ref_type:branch:ref"
    assert trusted == {
        "github-actions/trust-apply token.actions.githubusercontent.com": {
            "StringEquals": {**github, "sub": "repo:OWNER/REPOSITORY:environment:production"}
        },
        "github-actions/trust-plan token.actions.githubusercontent.com": {
            "StringEquals": {**github, "sub": "repo:OWNER/REPOSITORY:pull_request"}
        },
        "gitlab/trust-apply gitlab.com": {"StringEquals": {**gitlab, "sub": f"{branch}:main"}},
        # GitLab plans a merge request on its source branch.
        "gitlab/trust-plan gitlab.com": {
            "StringEquals": gitlab,
            "StringLike": {"sub": f"{branch}:*"},
        },
    }


def test_jobs_of_github_run_for_the_event_and_environment_that_their_roles_trust() -> None:
    main, plan, apply = {"branches": ["main"]}, GITHUB["jobs"]["plan"], GITHUB["jobs"]["apply"]
    assert GITHUB[True] == {"pull_request": main, "push": main}, "YAML 1.1 reads `on` as true"
    # With an environment, the subject of a token names it in place of the event.
    assert ("environment" in plan, plan["if"]) == (False, "github.event_name == 'pull_request'")
    assert (apply["environment"], apply["if"]) == ("production", "github.event_name == 'push'")
    for job, role in ((plan, "STUDIO_PLAN_ROLE"), (apply, "STUDIO_APPLY_ROLE")):
        (action,) = [step["with"] for step in job["steps"] if "configure-aws" in str(step)]
        assert action["role-to-assume"] == f"${{{{ vars.{role} }}}}"
        assert "audience" not in action


def test_only_a_job_of_gitlabs_default_branch_assumes_the_role_that_applies() -> None:
    assert GITLAB["default"]["id_tokens"]["AWS_TOKEN"]["aud"] == "https://gitlab.com"
    roles = [GITLAB[job]["variables"]["AWS_ROLE_ARN"] for job in ("review", "plan", "apply")]
    assert roles == ["$STUDIO_PLAN_ROLE", "$STUDIO_PLAN_ROLE", "$STUDIO_APPLY_ROLE"]
    apply = GITLAB["apply"]
    assert apply["environment"] == "production"
    assert apply["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}]
