"""Whether a process still runs."""

import psutil

from studio.aws.waiting import moments


def runs(pid: int) -> bool:
    """Whether a process still runs after 20 seconds; a zombie does not."""
    for _ in moments(20):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            return False
    return True
