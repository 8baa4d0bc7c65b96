"""Reusable constructs and functions; with catalog/ they work in any CDKTF app.

Import this package before cdktf, which starts Node when it is imported.
"""

import contextlib

from modules import bindings

bindings.use_installed_node()
bindings.install()
# Another jsii than the one that uv.lock names may lack what this changes, and works without it.
with contextlib.suppress(ImportError, AttributeError):
    from modules import jsii_requests

    jsii_requests.install()
