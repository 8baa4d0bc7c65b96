"""The console commands; they import inside the driver, which reports an interrupt in one line."""

from importlib import import_module

from scripts import driver


def studio() -> int:
    """``scripts.cli.main``."""
    return driver.run("studio", lambda: import_module("scripts.cli").main())


def cdktf() -> int:
    """``scripts.cdktf.main``, which cdktf replaces."""
    return driver.run("cdktf", lambda: import_module("scripts.cdktf").main())
