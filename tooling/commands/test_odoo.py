"""./dev test-odoo: Odoo's own tests with and without the addon, and what the addon breaks."""

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import databases, stamps
from ..console import run_logged, say, step
from ..environment import Environment, prepared
from ..errors import DevError
from ..odoo_entry import free_port
from ..odoo_process import run_odoo
from ..paths import ADDON

MODULES = (
    "event",
    "event_booth",
    "event_booth_sale",
    "event_product",
    "event_sale",
    "hr",
    "portal",
    "privacy_lookup",
    "sale",
    "sale_management",
    "website_event",
    "website_event_sale",
)
# Of Odoo's base, the tests of contacts and of their merge.
CONTACTS = ("/base/tests/test_res_partner.py", "/base/tests/test_res_partner_merge.py")
QUICK_MODULES = ("event", "event_sale", "sale")
QUICK_TAGS = ("/event", "/event_sale", "/sale:TestSaleOrder", CONTACTS[0])


@dataclass(frozen=True)
class Wish:
    """Which tests are to run."""

    modules: list[str]
    tags: str
    quick: bool


@dataclass
class Outcome:
    """What one run gave: the tests it ran by moment, and the names of those that fail."""

    tests: dict[str, int]
    failures: list[str]


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "test-odoo",
        help="run Odoo's own tests with and without the addon, and compare",
        description="Run the tests of Odoo's modules on two English databases with demo data and a "
        "chart of accounts, one of which has the addon; fail if the addon makes a test fail that "
        "passes without it. Tests of the installation run at their place and once all is loaded.",
    )
    parser.add_argument("modules", nargs="*", help=f"{' '.join(MODULES)} if none")
    parser.add_argument("--tags", help="Odoo's --test-tags, instead of all tests of the modules")
    parser.add_argument(
        "--quick", action="store_true", help="a few minutes: the most telling, and no browser"
    )
    parser.add_argument("--again", action="store_true", help="also run again without the addon")
    parser.set_defaults(run=run)


def wished(options: argparse.Namespace) -> Wish:
    """Which tests the command line asks for."""
    modules = sorted(options.modules or (QUICK_MODULES if options.quick else MODULES))
    if options.tags:
        tags = [options.tags]
    elif options.modules:
        tags = [f"/{module}" for module in modules]
    elif options.quick:
        tags = list(QUICK_TAGS)
    else:
        tags = [*(f"/{module}" for module in modules), *CONTACTS]
    return Wish(modules, ",".join(tags), options.quick)


def run_tests(env: Environment, database: str, wish: Wish) -> Outcome:
    """Run the tests in a process of their own."""
    log, result = env.layout.log(database), env.layout.at_server / "odoo_tests.result"
    result.unlink(missing_ok=True)
    told = {"config": env.layout.config, "database": database, "result": result, "tags": wish.tags}
    command = [env.layout.python, env.layout.repository / "tooling" / "odoo_tests.py"]
    command += [f"--{name}={value}" for name, value in told.items()]
    command += [
        f"--port={free_port()}",
        *(["--quick"] if wish.quick else []),
        "base",
        *wish.modules,
    ]
    progress = test_progress(log)
    run_logged(command, log, "", progress=progress, check=False, env=env.variables())
    if not result.exists():
        raise DevError(f"Odoo did not come to the end of its tests (log: {log})")
    return Outcome(**json.loads(result.read_text(encoding="utf-8")))


def test_progress(log: Path) -> Callable[[], str]:
    """A progress text: the last test begun."""

    def text() -> str:
        """How far it is."""
        begun = re.findall(r"Starting (\S+) \.\.\.", log.read_text(errors="replace"))
        return f"{len(begun)} tests begun, now {begun[-1]}" if begun else "starting Odoo"

    return text


def outcome(env: Environment, wish: Wish, with_addon: bool) -> Outcome:
    """Run on a copy of the base, with the addon and its demo data or without."""
    name = env.layout.database("with" if with_addon else "without")
    base = databases.base(env, demo=True, modules=needed(env, wish), language=None)
    databases.copy(env, base, name)
    try:
        if with_addon:
            added = ("-d", name, "-i", ADDON, "--with-demo")
            run_odoo(env, name, *added, what=f"Installing {ADDON}")
        with step(f"Odoo's tests ({wish.tags}), {'with' if with_addon else 'without'} {ADDON}"):
            return run_tests(env, name, wish)
    finally:
        databases.drop(env, name)


def needed(env: Environment, wish: Wish) -> list[str]:
    """The modules under test and those of the addon."""
    return sorted({*env.layout.manifest()["depends"], *wish.modules})


def without_addon(env: Environment, wish: Wish, again: bool) -> Outcome:
    """The result without the addon, which depends on Odoo and on how it is asked, and is kept."""
    runner = (env.layout.repository / "tooling" / "odoo_tests.py").read_text(encoding="utf-8")
    machine = [env.odoo.version, env.layout.venv.name, runner]
    key = stamps.digest([*machine, *needed(env, wish), wish.tags, str(wish.quick)])
    kept = env.layout.cache / "odoo-tests" / f"{key}.json"
    if not again and (known := stamps.read(kept)):
        return Outcome(**known)
    found = outcome(env, wish, with_addon=False)
    stamps.write(kept, **asdict(found))
    return found


def tell(title: str, found: Outcome) -> None:
    """Say what one run gave."""
    counts = ", ".join(f"{count} {moment}" for moment, count in found.tests.items())
    say(f"{title} {ADDON}: {counts}; {len(found.failures)} failing")


def run(options: argparse.Namespace) -> int:
    """Run both, and compare."""
    wish = wished(options)
    with prepared(system=options.system) as env, databases.locked(env, env.layout.database("with")):
        without = without_addon(env, wish, options.again)
        having = outcome(env, wish, with_addon=True)
    tell("\nwithout", without)
    tell("with", having)
    added = [name for name in having.failures if name not in without.failures]
    if not added:
        say("The addon makes no test fail.")
        return 0
    say("\n".join(["failing because of the addon:", *(f"  {name}" for name in added)]))
    say(f"(log: {env.layout.logs / env.layout.database('with')}.log)")
    return 1
