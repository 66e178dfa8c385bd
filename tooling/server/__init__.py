"""Tests against a running server: what one transaction, rolled back at its end, cannot show."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from .. import databases
from ..commands.demo import set_address, wait_for_answer
from ..console import run_plainly, stop_process, tail, warn
from ..environment import Environment
from ..jobs import run_job
from ..odoo_entry import free_port
from ..odoo_process import faults

PASSWORD = "serveur-en-marche"


@contextmanager
def serving(env: Environment, database: str):
    """A server with its scheduled actions, on a free port; yields its address."""
    port, log = free_port(), env.layout.log("test-server")
    log.unlink(missing_ok=True)
    set_address(env, database, f"http://127.0.0.1:{port}")
    command = env.command(
        *("-c", str(env.layout.config), "-d", database, f"--db-filter=^{database}$"),
        *(f"--http-port={port}", "--max-cron-threads=1"),
    )
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=env.variables()
        )
    try:
        wait_for_answer(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_process(process)
        for line in faults(log)[:20]:
            warn(line)


def run_on_server(env: Environment, names: list[str], fresh: bool) -> int:
    """Make a copy of the test database, serve it, run the tests on it, drop it."""
    with databases.locked(env, env.layout.database("test")):
        source = databases.ensure_test(env, fresh)
        name = env.layout.database("server")
        databases.copy(env, source, name)
    try:
        data = run_job(env, "server_data", name)
        with serving(env, name) as url:
            code = _run_tests(env, name, url, data, names)
        log = env.layout.log("test-server")
        failed = [line for line in faults(log) if " ERROR " in line or " CRITICAL " in line]
        if failed:
            warn(f"The server's log tells of errors.\n{tail(log)}\n(log: {log})")
        return code or bool(failed)
    finally:
        databases.drop(env, name)


def _run_tests(env: Environment, database: str, url: str, data: str, names: list[str]) -> int:
    script = Path(__file__).resolve().parent.parent / "server_tests.py"
    told = {
        "PASSPORT_SERVER_URL": url,
        "PASSPORT_SERVER_DATABASE": database,
        "PASSPORT_SERVER_DATA": data,
    }
    return run_plainly(
        [env.layout.python, script, *names], env={**os.environ, **env.variables(), **told}
    )
