"""Stamps: small files that say a step was finished, and with what."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

ADDON_SUFFIXES = {
    ".py",
    ".xml",
    ".csv",
    ".po",
    ".pot",
    ".sql",
    ".js",
    ".scss",
    ".css",
    ".svg",
    ".png",
    ".html",
}
NOT_INSTALLED = {"tests", "tooling", "build", "docs", "readme"}


def digest(parts: Iterable[str]) -> str:
    """Short hash of some texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def read(path: Path) -> dict:
    """What a stamp says, {} when the step is not finished."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def write(path: Path, **values) -> None:
    """Say that a step is finished; the file appears at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps(values, indent=2))
    draft.replace(path)


def addon_files(repository: Path) -> list[Path]:
    """The files that Odoo loads from the addon, tests excepted."""
    found = []
    for child in sorted(repository.iterdir()):
        if child.name.startswith(".") or child.name in NOT_INSTALLED:
            continue
        inside = sorted(child.rglob("*")) if child.is_dir() else [child]
        found += [path for path in inside if path.suffix in ADDON_SUFFIXES and path.is_file()]
    return found


def sources(repository: Path) -> list[Path]:
    """The addon's files with its tests and its README: what checks of a whole addon look at."""
    tests = [path for path in sorted((repository / "tests").rglob("*")) if path.is_file()]
    kept = [path for path in tests if "__pycache__" not in path.parts]
    return [*addon_files(repository), *kept, *sorted(repository.glob("README*"))]


def addon_digest(repository: Path) -> str:
    """Hash of everything that an installation of the addon depends on."""
    whole = hashlib.sha256()
    for path in addon_files(repository):
        whole.update(f"{path.relative_to(repository)}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]
