"""Reusable constructs and plain functions; each can be lifted into another CDKTF app.

To be imported before cdktf, which starts Node as soon as it is imported.
"""

from modules import bindings

bindings.use_installed_node()
bindings.install()
