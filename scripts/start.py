"""The console commands; what they import is loaded where an interrupt is already one line."""

from scripts import driver


def studio() -> int:
    """``scripts.cli.main``."""

    def main() -> int:
        from scripts import cli

        return cli.main()

    return driver.run("studio", main)


def cdktf() -> int:
    """``scripts.cdktf.main``, which becomes cdktf."""

    def main() -> int:
        from scripts import cdktf

        return cdktf.main()

    return driver.run("cdktf", main)
