"""The console commands; they import inside the driver, which reports an interrupt in one line."""

from scripts import driver


def studio() -> int:
    """``scripts.cli.main``."""

    def main() -> int:
        from scripts import cli

        return cli.main()

    return driver.run("studio", main)


def cdktf() -> int:
    """``scripts.cdktf.main``, which cdktf replaces."""

    def main() -> int:
        from scripts import cdktf

        return cdktf.main()

    return driver.run("cdktf", main)
