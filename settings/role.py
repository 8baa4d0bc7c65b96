"""[role]: buckets, permissions boundary, port forwarding and shell of apps and users."""

from settings.aws_names import Buckets, PolicyArnOrEmpty
from settings.fields import Section, boolean


class RoleSettings(Section):
    """[role]: permissions of apps and users."""

    buckets: Buckets = ()
    permissions_boundary: PolicyArnOrEmpty = ""
    port_forwarding: bool = boolean(True)
    shell: bool = boolean(False)
