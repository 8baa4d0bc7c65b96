"""The models of StartSession, a part of botocore's models."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from studio.aws import session_models

MODELS = Path(session_models.__file__).parent / "models"


def without_documentation(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_documentation(v) for k, v in value.items() if k != "documentation"}
    return value


@pytest.mark.parametrize("service", ["sagemaker", "ssm"])
def test_a_model_is_a_part_of_botocores_model(service: str) -> None:
    [file] = (MODELS / service).glob("*/service-2.json")
    own = json.loads(file.read_text())
    whole = Session().get_service_model(service)._service_description
    assert own["metadata"] == whole["metadata"]
    for part in ("operations", "shapes"):
        for name, description in own[part].items():
            assert description == without_documentation(whole[part][name]), name


def test_only_sagemaker_and_ssm_have_limited_models() -> None:
    session = Session()
    session_models.load_start_session_only(session)
    made = session.create_client("sts", region_name="us-east-1")
    assert "AssumeRole" in made.meta.service_model.operation_names
    made = session.create_client("ssm", region_name="us-east-1")
    assert made.meta.service_model.operation_names == ["StartSession"]


def test_the_session_proxy_imports_no_slow_modules() -> None:
    program = (
        "import sys, scripts.session_proxy; "
        "print(sorted({'boto3', 'pydantic', 'psutil', 'rich', 'asyncio'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (shown.stdout, shown.stderr) == ("[]\n", "")
