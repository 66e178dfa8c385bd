"""What the terminal shows: short steps, progress, and the end of a log when something fails."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import DevError

TAIL_LINES = 30


def say(text: str) -> None:
    """Print one line at once, even into a pipe."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print one line that the person should read."""
    print(f"! {text}", file=sys.stderr, flush=True)


@contextmanager
def step(title: str):
    """Announce a step and say how long it took."""
    say(f"→ {title}")
    started = time.monotonic()
    yield
    say(f"  {title}: done in {time.monotonic() - started:.0f} s")


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log file."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


class Ticker:
    """Shows a changing progress text: in place on a terminal, now and then in a pipe."""

    def __init__(self, progress: Callable[[], str] | None):
        self.progress = progress
        self.on_terminal = sys.stdout.isatty()
        self.every = 1 if self.on_terminal else 15
        self.last = time.monotonic()
        self.shown = ""

    def tick(self) -> None:
        """Show the progress if it is time to."""
        if not self.progress or time.monotonic() - self.last < self.every:
            return
        self.last = time.monotonic()
        text = self.progress()
        if not text or text == self.shown:
            return
        self.shown = text
        if self.on_terminal:
            print(f"\r\033[K  {text[:100]}", end="", flush=True)
        else:
            say(f"  {text}")

    def clear(self) -> None:
        """Wipe the line that was being rewritten."""
        if self.on_terminal and self.shown:
            print("\r\033[K", end="", flush=True)


def run_logged(
    command: list,
    log: Path,
    failure: str,
    *,
    progress: Callable[[], str] | None = None,
    check=True,
    **options,
) -> int:
    """Run a command with its output in a log; a failure is a DevError with the end of it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )
        code = wait(process, Ticker(progress))
    if code and check:
        raise DevError(f"{failure}\n{tail(log)}\n(log: {log})")
    return code


def wait(process: subprocess.Popen, ticker: Ticker) -> int:
    """Wait for a process, ticking; never leave it behind."""
    try:
        while True:
            try:
                return process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                ticker.tick()
    except BaseException:
        stop_process(process)
        raise
    finally:
        ticker.clear()


def stop_process(process: subprocess.Popen, patience: float = 15) -> None:
    """Ask a process to stop, then insist."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_plainly(command: list, **options) -> int:
    """Run a command on the terminal itself; its exit code. Ctrl-C is left to the command."""
    process = subprocess.Popen([str(part) for part in command], **options)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
        except BaseException:
            stop_process(process)
            raise


def folder_size(folder: Path) -> int:
    """Bytes held by the files of a folder, which may be changing meanwhile."""
    total = 0
    for inside, _folders, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                total += os.lstat(os.path.join(inside, name)).st_size
    return total


def size_progress(folder: Path, verb: str, expected: int | None = None) -> Callable[[], str]:
    """A progress text that measures a growing folder."""

    def text() -> str:
        """How far it is."""
        megabytes = folder_size(folder) // 1_000_000
        return f"{verb} {megabytes} MB" + (f" of about {expected} MB" if expected else "")

    return text
