"""Reusable constructs and functions; with catalog/ they work in any CDKTF app.

Import this package before cdktf, which starts Node when it is imported.
"""

from modules import bindings, jsii_requests

bindings.use_installed_node()
bindings.install()
jsii_requests.install()
