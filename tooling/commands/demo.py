"""./dev demo, serve, update: demo data, the main job, and a server to look at the result."""

import argparse
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .. import databases
from ..console import say, step, stop_process, tail, warn
from ..environment import Environment, prepared
from ..errors import DevError
from ..jobs import constant, run_job
from ..odoo_process import faults
from ..paths import REPOSITORY

PORT = 8069
SERVER_PATIENCE = 90


def register(commands) -> None:
    """Declare the sub-commands."""
    parser = commands.add_parser(
        "demo", help="make demo data, run the main job on them, and serve the result"
    )
    parser.add_argument(
        "--output", type=Path, default=REPOSITORY / "build" / "demo", help="where files are written"
    )
    parser.add_argument("--no-server", action="store_true", help="stop after the main job")
    parser.add_argument("--port", type=int, default=PORT)
    parser.set_defaults(run=run_demo)
    parser = commands.add_parser("serve", help="serve the demo database as it is")
    parser.add_argument("--port", type=int, default=PORT)
    parser.set_defaults(run=run_serve)
    parser = commands.add_parser("update", help="update the addon in the demo database")
    parser.set_defaults(run=run_update)


def run_demo(options: argparse.Namespace) -> int:
    """The whole tour."""
    if not options.no_server:
        check_port(options.port)
    with prepared(system=options.system) as env:
        database = databases.ensure_demo(env)
        output = options.output.absolute()
        output.mkdir(parents=True, exist_ok=True)
        with step("Main job"):
            table = run_job(env, "main_job", database, output)
        say(f"\n{table}\n\nFiles: {output}")
        return 0 if options.no_server else serve(env, database, options.port)


def run_serve(options: argparse.Namespace) -> int:
    """Serve what is there; make it only if nothing is."""
    check_port(options.port)
    with prepared(system=options.system) as env:
        database = env.layout.database("demo")
        if not databases.installed(env, database):
            databases.ensure_demo(env)
        return serve(env, database, options.port)


def run_update(options: argparse.Namespace) -> int:
    """Update, whatever the stamp says, and show what Odoo complained of."""
    with prepared(system=options.system) as env:
        name = env.layout.database("demo")
        if not databases.installed(env, name):
            databases.ensure_demo(env)
            return 0
        with databases.locked(env, name):
            databases.update(env, name, strict=True)
    return 0


def check_port(port: int) -> None:
    """Refuse a busy port before anything long begins."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise DevError(
                f"Port {port} cannot be used ({error}): choose another with --port."
            ) from None


def serve(env: Environment, database: str, port: int) -> int:
    """Serve until Ctrl-C."""
    set_address(env, database, f"http://localhost:{port}")
    log = env.layout.log("server")
    command = env.command(
        "-c", str(env.layout.config), "-d", database, f"--http-port={port}", "--max-cron-threads=1"
    )
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, f"--db-filter=^{database}$"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env.variables(),
        )
    try:
        wait_for_answer(process, port, log)
        say(welcome(env, port, log))
        code = process.wait()
        warn(f"The server stopped by itself (code {code}).\n{tail(log)}\n(log: {log})")
        return 1
    except KeyboardInterrupt:
        say("\nStopping the server.")
        return 0
    finally:
        stop_process(process)
        for line in faults(log)[:10]:
            warn(line)


def set_address(env: Environment, database: str, url: str) -> None:
    """Have links, QR codes and the styles of documents lead to this server, whatever its port."""
    for key, value in (("web.base.url", url), ("web.base.url.freeze", "True")):
        env.postgres.sql(
            f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', '{value}') "
            f"ON CONFLICT (key) DO UPDATE SET value = '{value}'",
            database,
        )


def wait_for_answer(process: subprocess.Popen, port: int, log: Path) -> None:
    """Wait until the server answers."""
    limit = time.monotonic() + SERVER_PATIENCE
    while process.poll() is None and time.monotonic() < limit:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise DevError(f"The server does not answer on port {port}.\n{tail(log)}\n(log: {log})")


def welcome(env: Environment, port: int, log: Path) -> str:
    """Where to go and who to be."""
    logins = constant(env, "main_job", "LOGINS", [("admin", "admin", "administrator")])
    wide = max(len(login) for login, _password, _role in logins)
    known = max(len(password) for _login, password, _role in logins)
    people = "\n".join(
        f"  {login:<{wide}}  {password:<{known}}  {role}" for login, password, role in logins
    )
    where = f"Open http://localhost:{port} and log in (login, password, role):"
    return f"\n{where}\n{people}\nLog: {log}\nCtrl-C stops it."
