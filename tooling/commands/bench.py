"""./dev bench: the benchmark, in a database that is thrown away."""

import argparse
import json
import re
from pathlib import Path

from .. import databases
from ..console import say, step
from ..environment import Environment, prepared
from ..jobs import run_job
from ..odoo_process import run_odoo
from ..paths import ADDON

ATTENDEES = 10_000
FULL = 100_000
# Of an installation on an existing database: seconds, and queries more than on an empty one.
INSTALL_SECONDS = 20
INSTALL_QUERIES = 200
LOADED = re.compile(rf"Module {ADDON} loaded in ([\d.]+)s, (\d+) queries")


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "bench",
        help="measure the addon on many attendees",
        description="Measure what the main steps cost on many attendees: CPU of Odoo and PostgreSQL "
        "for each attendee, beside the SQL that any solution needs (the floor), queries, memory.",
    )
    parser.add_argument(
        "--attendees",
        type=int,
        action="append",
        help=f"how many ({ATTENDEES} if not said); may be given several times",
    )
    parser.add_argument("--full", action="store_true", help=f"{FULL} attendees")
    parser.add_argument("--check", action="store_true", help="fail when a goal is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument(
        "--install", action="store_true", help="instead, install into a database full of data"
    )
    parser.set_defaults(run=run)


def measure(env: Environment, attendees: int) -> dict:
    """Make a database, run tooling/bench in it, drop it."""
    name = env.layout.database("bench")
    with databases.locked(env, name):
        try:
            databases.create(env, name, demo=False, strict=False)
            with step(f"Benchmark with {attendees} attendees"):
                return json.loads(run_job(env, "bench", name, attendees))
        finally:
            databases.drop(env, name)


def loaded(env: Environment, name: str) -> tuple[float, int]:
    """Install the addon into a database; the seconds and queries of its own loading."""
    log = run_odoo(env, name, "-d", name, "-i", ADDON, what=f"Installing {ADDON}")
    seconds, queries = LOADED.findall(log.read_text(errors="replace"))[-1]
    return float(seconds), int(queries)


def install(env: Environment) -> tuple[dict, list[str]]:
    """Install into an Odoo that has been used for years; the figures, and what is over a goal."""
    name = env.layout.database("bench")
    with databases.locked(env, name):
        try:
            databases.copy(env, databases.base(env, demo=False), name)
            _seconds, least = loaded(env, name)
            databases.copy(env, databases.base(env, demo=False), name)
            with step("Contacts, events and registrations of years"):
                before = json.loads(run_job(env, "bench_install", name))
            with step(f"Installing {ADDON}"):
                seconds, queries = loaded(env, name)
            after = json.loads(run_job(env, "bench_installed", name))
        finally:
            databases.drop(env, name)
    states = after.pop("states")
    new = {what: after[what] - count for what, count in before.items() if after[what] != count}
    figures = {
        "seconds": seconds,
        "queries": queries,
        "queries on an empty database": least,
        "new": new,
        "states": states,
    }
    over = [f"new {what}: {count}" for what, count in new.items()]
    if seconds > INSTALL_SECONDS:
        over.append(f"{seconds} s, {INSTALL_SECONDS} at most")
    if queries - least > INSTALL_QUERIES:
        over.append(f"{queries - least} queries more, {INSTALL_QUERIES} at most")
    if set(states) - {"not_concerned"}:
        over.append(f"registrations of events that are no trainings: {states}")
    return figures, over


def run_install(options: argparse.Namespace) -> int:
    """Measure an installation; tell, write and judge."""
    with prepared(system=options.system) as env:
        figures, over = install(env)
    if options.json:
        options.json.write_text(json.dumps([figures], indent=1) + "\n", encoding="utf-8")
    say("\n".join(f"  {name}: {value}" for name, value in figures.items()))
    say("\n".join(["", "Over the goal:", *over] if over else ["", "All goals are met."]))
    return 1 if options.check and over else 0


def run(options: argparse.Namespace) -> int:
    """Measure for each number of attendees; tell, write and judge."""
    if options.install:
        return run_install(options)
    sizes = options.attendees or [FULL if options.full else ATTENDEES]
    rows, breaches = [], []
    with prepared(system=options.system) as env:
        for attendees in sizes:
            found = measure(env, attendees)
            say(f"\n{found['table']}")
            rows += found["rows"]
            breaches += found["breaches"]
            if options.json:
                options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    say("\n".join(["", "Over the goal:", *breaches] if breaches else ["", "All goals are met."]))
    return 1 if options.check and breaches else 0
