"""The virtual environment: pinned packages, with or without the machine's own venv module."""

import ctypes
import importlib.util
import os
import shutil
import sys
import time
from pathlib import Path

from . import stamps
from .console import run_logged, size_progress, step, warn
from .debian import PrivateApt, unpack
from .errors import DevError
from .paths import Layout

UNUSED_DAYS = 14
INSTALLED_MEGABYTES = 330


def _pip_without_ensurepip(layout: Layout, log: Path) -> Path:
    """A pip to run for Pythons whose distribution ships it apart."""
    folder = layout.cache / "pip"
    if not (found := sorted(folder.rglob("pip-*.whl"))):
        if not shutil.which("apt-get"):
            raise DevError(
                "This Python has no ensurepip module: install it (on Debian, apt install "
                "python3-venv)."
            )
        apt = PrivateApt(layout.cache / "apt" / "system", log)
        if not apt.update():
            raise DevError(
                "This Python has no ensurepip module and apt does not answer: "
                "apt install python3-venv."
            )
        for package in apt.download(["python3-pip-whl"], folder / "files"):
            unpack(package, folder, lambda name: name.endswith(".whl"))
        found = sorted(folder.rglob("pip-*.whl"))
    if not found:
        raise DevError(
            "This Python has no ensurepip module: install it (on Debian: apt install python3-venv)."
        )
    return found[-1]


def _pip_command(layout: Layout, log: Path) -> list[str]:
    """Make the environment; the command that runs pip for it."""
    failure = "The virtual environment could not be made."
    if importlib.util.find_spec("ensurepip"):
        run_logged([sys.executable, "-m", "venv", "--clear", layout.venv], log, failure)
        return [str(layout.python), "-m", "pip"]
    run_logged(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", layout.venv], log, failure
    )
    return [str(layout.python), str(_pip_without_ensurepip(layout, log) / "pip")]


def _prune(layout: Layout) -> None:
    """Drop the environments that no clone has used for a while."""
    limit = time.time() - UNUSED_DAYS * 86400
    for folder in layout.cache.glob("venv-*"):
        stamp = folder / "finished.json"
        if folder != layout.venv and (not stamp.exists() or stamp.stat().st_mtime < limit):
            shutil.rmtree(folder, ignore_errors=True)


def ready(layout: Layout) -> bool:
    """Whether the environment is complete."""
    return layout.python.exists() and bool(stamps.read(layout.venv / "finished.json"))


def _install_alone(pip: list[str], pins: Path, log: Path) -> None:
    """Install packages without those they ask for."""
    command = [*pip, "install", "--no-input", "--no-deps", "-r", pins]
    run_logged(command, log, f"The packages of {pins.name} could not be installed.")


def _install_barcodes(layout: Layout, pip: list[str], log: Path) -> None:
    """Where the pins lack the library that draws barcodes as images: another, which needs cairo."""
    if sys.version_info < (3, 13):
        return
    pins = layout.requirements.with_name("requirements-barcodes.txt")
    _install_alone(pip, pins, log)
    try:
        ctypes.CDLL("libcairo.so.2")
    except OSError:
        warn("libcairo2 is missing, so barcodes are not drawn. To have it: apt install libcairo2")


def prepare(layout: Layout) -> None:
    """Make the environment if it is missing or was left unfinished."""
    if ready(layout):
        os.utime(layout.venv / "finished.json")
        return
    log = layout.log("pip")
    with step(f"Python packages: installing into {layout.venv.name}"):
        pip = _pip_command(layout, log)
        run_logged(
            [*pip, "install", "--no-input", "--progress-bar", "off", "-r", layout.requirements],
            log,
            "The Python packages could not be installed: check the network.",
            progress=size_progress(layout.venv, "installed", INSTALLED_MEGABYTES),
        )
        _install_alone(pip, layout.requirements_alone, log)
        _install_barcodes(layout, pip, log)
    stamps.write(layout.venv / "finished.json", python=sys.version)
    _prune(layout)
