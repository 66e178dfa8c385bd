"""./dev bench: the benchmark, in a database that is thrown away."""

import argparse

from .. import databases
from ..console import say, step
from ..environment import prepared
from ..errors import DevError
from ..jobs import job_file, run_job

ATTENDEES = 10_000


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser("bench", help="measure the addon on many attendees")
    parser.add_argument(
        "--attendees", type=int, default=ATTENDEES, help=f"how many ({ATTENDEES} if not said)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make a database, run tooling/bench.py in it, drop it."""
    with prepared(system=options.system) as env:
        if not job_file(env, "bench").exists():
            raise DevError("There is no benchmark yet: tooling/bench.py does not exist.")
        name = env.layout.database("bench")
        with databases.locked(env, name):
            try:
                databases.create(env, name, demo=False, strict=False)
                with step(f"Benchmark with {options.attendees} attendees"):
                    text = run_job(env, "bench", name, options.attendees)
            finally:
                databases.drop(env, name)
        say(f"\n{text}")
    return 0
