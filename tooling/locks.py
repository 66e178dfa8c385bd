"""Locks between several ./dev: held by a process, freed by the system even if it is killed."""

import fcntl
from contextlib import contextmanager
from pathlib import Path

from .console import say


def _open(path: Path):
    """The file that carries a lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+")


@contextmanager
def exclusive(path: Path, waiting_for: str):
    """Hold a lock; say so when another ./dev has it."""
    with _open(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  another ./dev is at work: waiting for {waiting_for}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class SharedLock:
    """A lock that many hold at once, and that tells its last holder that it is the last."""

    def __init__(self, path: Path):
        self.handle = _open(path)

    def acquire(self) -> None:
        """Be one of the holders."""
        fcntl.flock(self.handle, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Whether nobody else holds it (this holder then has it for itself)."""
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Stop holding it."""
        self.handle.close()
