"""./dev test-odoo: Odoo's own tests with and without the addon, and what the addon breaks."""

import argparse
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import databases, stamps
from ..console import run_logged, say, step
from ..environment import Environment, prepared
from ..errors import DevError
from ..odoo_entry import free_port
from ..odoo_process import run_odoo
from ..paths import ADDON

MODULES = ("event", "event_sale", "sale")
FAILURE = re.compile(
    r" ERROR \S+ (\S+): (?:FAIL|ERROR): (?:Subtest )?(.+?)(?: \(.*)?$", re.MULTILINE
)
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


@dataclass
class Outcome:
    """What one run gave."""

    tests: int
    failures: list[str]


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "test-odoo",
        help="run Odoo's own tests with and without the addon, and compare",
        description="Run the tests of Odoo's modules on two databases, one of which has the addon; "
        "fail if the addon makes a test fail that passes without it.",
    )
    parser.add_argument("modules", nargs="*", default=MODULES, help=f"{' '.join(MODULES)} if none")
    parser.add_argument("--tags", help="Odoo's --test-tags, instead of all tests of the modules")
    parser.add_argument("--again", action="store_true", help="also run again without the addon")
    parser.set_defaults(run=run)


def read_outcome(log: Path) -> Outcome:
    """The failures that a log of Odoo tells."""
    text = log.read_text(errors="replace")
    summary = SUMMARY.findall(text)
    if not summary:
        raise DevError(f"Odoo did not come to the end of its tests (log: {log})")
    found = {f"{match[1].split('.')[2]}: {match[2]}" for match in FAILURE.finditer(text)}
    return Outcome(int(summary[-1][2]), sorted(found))


def run_tests(env: Environment, database: str, modules: list[str], tags: str) -> Outcome:
    """Run the tests of some modules as Odoo does, by updating them."""
    log = env.layout.log(database)
    updated = ["-u", ",".join(modules), f"--test-tags={tags}", "--stop-after-init"]
    where = ["-c", str(env.layout.config), "-d", database, f"--http-port={free_port()}"]
    command = env.command(*where, *updated, "--max-cron-threads=0")
    run_logged(command, log, "", progress=test_progress(log), check=False, env=env.variables())
    return read_outcome(log)


def test_progress(log: Path):
    """A progress text: the last test begun."""

    def text() -> str:
        """How far it is."""
        begun = re.findall(r"Starting (\S+) \.\.\.", log.read_text(errors="replace"))
        return f"{len(begun)} tests begun, now {begun[-1]}" if begun else "starting Odoo"

    return text


def outcome(env: Environment, modules: list[str], tags: str, with_addon: bool) -> Outcome:
    """Run on a copy of the base, with the addon or not."""
    name = env.layout.database("with" if with_addon else "without")
    base = databases.base(env, demo=False, modules=needed(env, modules))
    databases.copy(env, base, name)
    try:
        if with_addon:
            run_odoo(env, name, "-d", name, "-i", ADDON, what=f"Installing {ADDON}")
        with step(f"Odoo's tests ({tags}), {'with' if with_addon else 'without'} {ADDON}"):
            return run_tests(env, name, modules, tags)
    finally:
        databases.drop(env, name)


def needed(env: Environment, modules: list[str]) -> list[str]:
    """The modules under test and those of the addon."""
    return sorted({*env.layout.manifest()["depends"], *modules})


def without_addon(env: Environment, modules: list[str], tags: str, again: bool) -> Outcome:
    """The result without the addon, which only depends on Odoo and is kept."""
    key = stamps.digest([env.odoo.version, *needed(env, modules), *modules, tags])
    kept = env.layout.cache / "odoo-tests" / f"{key}.json"
    if not again and (known := stamps.read(kept)):
        return Outcome(**known)
    found = outcome(env, modules, tags, with_addon=False)
    stamps.write(kept, **asdict(found))
    return found


def run(options: argparse.Namespace) -> int:
    """Run both, and compare."""
    modules = sorted(options.modules)
    tags = options.tags or ",".join(f"/{module}" for module in modules)
    with prepared(system=options.system) as env, databases.locked(env, env.layout.database("with")):
        without = without_addon(env, modules, tags, options.again)
        having = outcome(env, modules, tags, with_addon=True)
    added = [name for name in having.failures if name not in without.failures]
    for title, found in (("without", without), ("with", having)):
        say(f"\n{title} {ADDON}: {found.tests} tests, {len(found.failures)} failing")
        say("\n".join(f"  {name}" for name in found.failures) or "  none")
    say("\nfailing because of the addon:" if added else "\nThe addon makes no test fail.")
    say("\n".join(f"  {name}" for name in added))
    return 1 if added else 0
