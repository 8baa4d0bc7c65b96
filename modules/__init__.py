"""Reusable constructs and functions; with catalog/ they work in any CDKTF app.

Import this package before cdktf, whose import starts Node.
"""

import contextlib

from modules import bindings

bindings.use_installed_node()
bindings.install()
# Optional: another version of jsii may lack the functions that this replaces.
with contextlib.suppress(ImportError, AttributeError):
    from modules import jsii_requests

    jsii_requests.install()
