"""The keys of [image.NAME]."""

import pytest

from settings.errors import show
from settings.images import ImageSettings
from tests.settings.samples import message, wrong

REPOSITORY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab"
DIGEST = f"sha256:{'0' * 64}"
URI = (
    '"" or the URI of an image in ECR with its digest '
    "(ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:...)"
)
TAGGED = f"{URI}; a tag can be moved to another image"
EXPRESSION = "no ${ and no %{, which start a Terraform expression"
PROGRAM = "one program of 1 to 256 characters, in a list"
WORDS = "at most 50 arguments of 1 to 64 characters, in a list"
VARIABLES = "at most 24 strings of up to 256 characters, in a table"

WRONG = {
    "an image's name: 1 to 28 of a-z, 0-9 and single '-', no '-' first or last": [
        "image.Slim = {}",
        "image.a_b = {}",
        "image.a-name-that-has-29-characters = {}",
    ],
    "at least one of JupyterLab, CodeEditor, KernelGateway": [
        "image.slim.app_types = []",
        "defaults.app_types = []",
    ],
    "each value once; JupyterLab appears 2 times": [
        'image.slim.app_types = ["JupyterLab", "JupyterLab"]'
    ],
    "at most 128 characters, no space first or last": ['image.slim.display_name = " x"'],
    "a build argument's name: a-z, A-Z, 0-9 and _, no digit first": [
        'image.slim.build_args.1X = "1"'
    ],
    PROGRAM: ['image.slim.entrypoint = ["a", "b"]', 'image.slim.entrypoint = "a"'],
    VARIABLES: ["image.slim.environment.A = 1"],
    "a variable's name: a-z, A-Z, 0-9 and _, no digit first; not AWS_... or "
    "SAGEMAKER_..., which Studio sets, and not STUDIO_IMAGE": [
        f'image.slim.environment.{name} = "1"'
        for name in ("1X", "AWS_REGION", "SAGEMAKER_SPACE_NAME", "STUDIO_IMAGE")
    ],
    "a version's number, or its tag (16 of 0-9, a-f, in quotes)": [
        "image.slim.version = 0",
        "image.slim.version = true",
        "image.slim.version = 1.0",
        'image.slim.version = "3"',
        "users.alice.versions.slim = -1",
        'users.alice.versions.slim = ""',
    ],
    EXPRESSION: ['image.slim.environment.A = "${x}"', 'image.slim.display_name = "${x}"'],
    "a whole number from 1 to 1000 (versions)": ["image.slim.keep_versions = 0"],
}

MESSAGES = [
    *(
        (f'image.lab.uri = "{uri}"', f"image.lab.uri = {show(uri)}: {allowed}")
        for uri, allowed in (
            (f"{REPOSITORY}:latest", TAGGED),
            (REPOSITORY, TAGGED),
            (f"{REPOSITORY}:1@{DIGEST}", URI),
            (f"{REPOSITORY}@sha256:123", URI),
            (f"public.ecr.aws/team/lab@{DIGEST}", URI),
            (f"{REPOSITORY[1:]}@{DIGEST}", URI),
            (f"{REPOSITORY}{'a' * 400}@{DIGEST}", URI),
        )
    ),
    (
        'image.slim.app_types = ["Jupyter"]',
        'image.slim.app_types[0] = "Jupyter": any of JupyterLab, CodeEditor, KernelGateway, in '
        "a list",
    ),
    ('image.slim.entrypoint = ["%{x}"]', f'image.slim.entrypoint[0] = "%{{x}}": {EXPRESSION}'),
    ('image.slim.entrypoint = [""]', f'image.slim.entrypoint[0] = "": {PROGRAM}'),
    ('image.slim.entrypoint = ["  "]', 'image.slim.entrypoint[0] = "  ": not only spaces'),
    (f"image.slim.arguments = {['a'] * 51}", f"image.slim.arguments = {show(['a'] * 51)}: {WORDS}"),
    (
        f"image.slim.arguments = ['{'a' * 65}']",
        f"image.slim.arguments[0] = {show('a' * 65)}: {WORDS}",
    ),
    (
        "image.slim.environment = {" + ", ".join(f"V{n} = ''" for n in range(25)) + "}",
        f"image.slim.environment = {show({f'V{n}': '' for n in range(25)})}: {VARIABLES}",
    ),
    (
        f"image.slim.description = '{'a' * 513}'",
        f"image.slim.description = {show('a' * 513)}: at most 512 characters",
    ),
    (
        f"image.slim.environment.A = '{'a' * 257}'",
        f"image.slim.environment.A = {show('a' * 257)}: {VARIABLES}",
    ),
]


@pytest.mark.parametrize(("content", "line"), [*wrong(WRONG), *MESSAGES])
def test_a_wrong_value_is_refused(content: str, line: str) -> None:
    assert message(content) == line


@pytest.mark.parametrize(
    "uri",
    [
        f"{REPOSITORY}@{DIGEST}",
        f"111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/a__b/c-d.e@{DIGEST}",
    ],
)
def test_an_image_of_ecr_with_a_digest_is_accepted(uri: str) -> None:
    assert ImageSettings(uri=uri).uri == uri
