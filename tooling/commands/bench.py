"""./dev bench: the benchmark, in a database that is thrown away."""

import argparse
import json
from pathlib import Path

from .. import databases
from ..console import say, step
from ..environment import Environment, prepared
from ..jobs import run_job

ATTENDEES = 10_000
FULL = 100_000


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


def run(options: argparse.Namespace) -> int:
    """Measure for each number of attendees; tell, write and judge."""
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
