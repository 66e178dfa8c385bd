"""./dev load: eight people at once on a server with workers, one of which is killed."""

import argparse
import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

from .. import databases
from ..console import say, step, stop_process
from ..environment import Environment, prepared
from ..jobs import run_job
from ..load import PASSWORD
from ..load.client import Person
from ..load.invariants import breaches
from ..odoo_entry import free_port
from .demo import wait_for_answer

WORKERS = 4
CRONS = 2
SECONDS = 120
ALIVE = re.compile(r"Worker WorkerHTTP \((\d+)\) alive")
FAULT = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*", re.MULTILINE)
# What Odoo itself says when a worker is killed, or a transaction is tried again.
EXPECTED_FAULT = re.compile(r"bad query|could not serialize|LockNotAvailable|WorkerHTTP")


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "load", help="many people at once on a server with workers; check what must hold"
    )
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.set_defaults(run=run)


def serve(env: Environment, database: str, port: int, workers: int, log: Path):
    """Start Odoo with several processes."""
    command = env.command(
        *("-c", str(env.layout.config), "-d", database, f"--db-filter=^{database}$"),
        *(f"--http-port={port}", f"--gevent-port={free_port()}"),
        *(f"--workers={workers}", f"--max-cron-threads={CRONS}"),
    )
    with log.open("ab") as output:
        return subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=env.variables()
        )


def kill_a_worker(log: Path) -> int | None:
    """Kill one HTTP worker as the system would; its number."""
    for pid in reversed(ALIVE.findall(log.read_text(errors="replace"))):
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            continue
        return int(pid)
    return None


def crowd(url: str, database: str, logins: list[str], seconds: int, log: Path) -> list[Person]:
    """Let everybody work at once, and kill a worker half-way."""
    people = [Person(url, database, login, PASSWORD, seed) for seed, login in enumerate(logins)]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=person.work, args=(until,)) for person in people]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    say(f"  worker {kill_a_worker(log)} killed")
    for thread in threads:
        thread.join()
    return people


def measure(env: Environment, database: str, options: argparse.Namespace) -> list[str]:
    """One run; what went wrong."""
    logins = run_job(env, "load_data", database).split()
    port, log = free_port(), env.layout.log("load-server")
    process = serve(env, database, port, options.workers, log)
    try:
        wait_for_answer(process, port, log)
        with step(f"{len(logins)} people at once, {options.seconds} seconds"):
            url = f"http://127.0.0.1:{port}"
            people = crowd(url, database, logins, options.seconds, log)
    finally:
        stop_process(process)
    done = sum((person.done for person in people), Counter())
    say("\n".join(f"  {count:>6} {what}" for what, count in done.most_common()))
    told = FAULT.findall(log.read_text(errors="replace"))
    faults = [fault for person in people for fault in person.faults]
    faults += [line for line in told if not EXPECTED_FAULT.search(line)]
    return [*faults, *breaches(env.postgres.sql, database)]


def run(options: argparse.Namespace) -> int:
    """Make a database, let the crowd in, check, drop."""
    with prepared(system=options.system) as env:
        name = env.layout.database("load")
        with databases.locked(env, name):
            try:
                databases.create(env, name, demo=False, strict=False)
                found = measure(env, name, options)
            finally:
                databases.drop(env, name)
    say("\n".join(["Went wrong:", *found[:40]] if found else ["All that must hold holds."]))
    return 1 if found else 0
