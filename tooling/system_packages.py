"""The two programs that come from the system: wkhtmltopdf for PDFs, Chromium for browser tests."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import stamps
from .console import run_logged, step, warn
from .paths import Layout

RETRY_SECONDS = 86400


@dataclass(frozen=True)
class Program:
    """A program looked for under several names, and the package that brings it."""

    names: tuple[str, ...]
    package: str
    without: str

    def found(self) -> str | None:
        """Where the machine has it."""
        return next(filter(None, map(shutil.which, self.names)), None)

    def present(self) -> bool:
        """Whether the machine has it."""
        return bool(self.found())


BROWSER = Program(
    ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "chromium",
    "browser tests are skipped",
)
PROGRAMS = (
    Program(("wkhtmltopdf",), "wkhtmltopdf", "PDF documents cannot be printed"),
    BROWSER,
)
LIBRARIES = ("fonts-dejavu-core", "fonts-liberation", "libcairo2")


def _is_ubuntu() -> bool:
    """On Ubuntu the package chromium is only a way to a snap, which is no use in a container."""
    try:
        return "ID=ubuntu" in Path("/etc/os-release").read_text().split()
    except OSError:
        return False


def _installable(programs: list[Program], layout: Layout, forced: bool) -> list[Program]:
    """Those that may be installed now: as root, with apt, and not refused a moment ago."""
    if (
        os.geteuid()
        or not shutil.which("apt-get")
        or os.environ.get("PASSEPORT_NO_SYSTEM_PACKAGES")
    ):
        return []
    refused = stamps.read(layout.cache / "system-packages.json")
    if not forced and time.time() - refused.get("failed_at", 0) < RETRY_SECONDS:
        return []
    return [program for program in programs if not (_is_ubuntu() and program.package == "chromium")]


def _install(programs: list[Program], layout: Layout) -> None:
    """Install each package by itself, since a release may lack one of them."""
    log = layout.log("apt")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    names = [program.package for program in programs]
    with step(f"System packages: installing {' and '.join(names)}"):
        run_logged(["apt-get", "-q", "update"], log, "", check=False, env=environment)
        for group in (*([name] for name in names), LIBRARIES):
            command = ["apt-get", "-q", "install", "-y", "--no-install-recommends", *group]
            run_logged(command, log, "", check=False, env=environment)


def prepare(layout: Layout, allowed: bool = True, forced: bool = False) -> None:
    """Bring what is missing if possible, else say what its absence means."""
    missing = [program for program in PROGRAMS if not program.present()]
    if missing and allowed and (installable := _installable(missing, layout, forced)):
        _install(installable, layout)
        missing = [program for program in missing if not program.present()]
        if missing:
            stamps.write(layout.cache / "system-packages.json", failed_at=int(time.time()))
    for program in missing:
        hint = (
            "install Chrome or Chromium" if _is_ubuntu() and program.package == "chromium" else ""
        )
        hint = hint or f"apt install {program.package}"
        warn(f"{program.names[0]} is missing, so {program.without}. To have it: {hint}")


def version(name: str) -> str:
    """One line of a program's own version."""
    done = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip()
