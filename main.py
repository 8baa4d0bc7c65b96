"""A private SageMaker Studio, one stack a line."""

import sys

import modules  # noqa: F401 - before cdktf: it decides which Node cdktf starts

# isort: split
from cdktf import App

from settings import UserError, load
from settings.versions import Versions
from stacks.domain import DomainStack
from stacks.ecr import EcrStack
from stacks.image import ImageStack
from stacks.network import NetworkStack
from stacks.role import RoleStack
from stacks.users import UsersStack


def main() -> None:
    """Write every stack's Terraform configuration to cdktf.out, or to CDKTF_OUTDIR."""
    s, app = load(), App()
    v = Versions.load(s)
    net = NetworkStack(app, "network", settings=s).outputs
    role = RoleStack(app, "role", settings=s).outputs
    ecr = EcrStack(app, "ecr", settings=s).repositories
    img = ImageStack(app, "image", settings=s, repositories=ecr, versions=v).images
    dom = DomainStack(app, "domain", settings=s, network=net, role=role, images=img).domain_id
    UsersStack(
        app, "users", settings=s, network=net, role=role, images=img, domain_id=dom, versions=v
    )
    app.synth()


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
