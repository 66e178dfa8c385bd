"""./dev test-update: a database of the version before is updated, and keeps what people typed."""

import argparse
import json
import shutil
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .. import databases
from ..console import run_logged, say, step
from ..environment import Environment, prepared, with_code
from ..errors import DevError
from ..jobs import run_job
from ..odoo_process import run_odoo
from ..paths import ADDON, REPOSITORY, Layout

VERSION = "19.0.1.0.0"
COMMIT = "c89539c5bba0fb209a09927d97a48c611b1acc46"  # the last of that version
# What people typed, and what was declared.
TABLES = (
    "event_event",
    "event_registration",
    "passport_declaration",
    "passport_declaration_line",
    "passport_deposit",
    "passport_nir",
    "product_template",
    "res_partner",
    "sale_order",
)
# What may differ nevertheless, and why; what is not named here may not.
MAY_CHANGE = {
    "event_event.write_date": "sessions before the first declared day have no deadline by now",
    "event_registration.write_date": "readiness is told anew, for everybody",
    "event_registration.write_uid": "and Odoo itself writes it",
    "product_template.write_date": "is_passport_training has a column now, and is computed",
    "res_partner.write_date": "groups are loaded again, and Odoo tells partner_share of their users anew",
}
MORE_DEMO = "the demo data of today have a mixed session more"
MAY_GROW = {
    "event_event": MORE_DEMO,
    "event_registration": MORE_DEMO,
    "product_template": MORE_DEMO,
    "sale_order": MORE_DEMO,
}
FIRST_DECLARED_DAY = "2025-09-01"
EXAMPLES = 3
LONGEST_VALUE = 60

Rows = dict[str, dict]  # the values of each row's columns, by the row's id
Dump = dict[str, Rows]  # by table


@dataclass(frozen=True)
class LayoutBefore(Layout):
    """The code of the version before, as the addon of this clone's environment."""

    @cached_property
    def clone_id(self) -> str:
        """Databases and logs are this clone's."""
        return Layout(self.cache).clone_id

    @property
    def clone(self) -> Path:
        """A folder of its own: there, the link named like the addon leads to the code of before."""
        return self.cache / "clones" / self.clone_id / "before"

    @property
    def requirements(self) -> Path:
        """The pins of today, hence the same Python packages."""
        return REPOSITORY / "tooling" / "requirements.txt"

    @property
    def odoo_bin(self) -> Path:
        """Today's too: that version had none."""
        return REPOSITORY / "tooling" / "odoo_bin.py"


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "test-update",
        help=f"update a database of {VERSION}, and check that it keeps what was typed",
        description=f"Make a database with the code and the demo data of {VERSION}, declare, update "
        "it with the present code; fail on any warning, and on any value that is not as before.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make, look, update, look again, compare."""
    if not commit_is_here():
        say(f"The commit of {VERSION} ({COMMIT[:7]}) is not in this clone: nothing to update from.")
        return 0
    with prepared(system=options.system) as env:
        name = env.layout.database("update")
        with databases.locked(env, name):
            try:
                found = update_and_compare(env, name)
            finally:
                databases.drop(env, name)
    say(
        "\n".join(found) or f"The update from {VERSION} changes nothing that was typed or declared."
    )
    return 1 if found else 0


def commit_is_here() -> bool:
    """Whether git has the commit; it has not in a shallow clone or a folder without history."""
    if not shutil.which("git"):
        return False
    command = ["git", "-C", REPOSITORY, "cat-file", "-e", f"{COMMIT}^{{commit}}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def update_and_compare(env: Environment, name: str) -> list[str]:
    """What the update changes in a new database of the version before."""
    events, visitors = make_before(env, name)
    before = dump(env, name)
    leave_in_peace(before, events, visitors)
    leave_the_old(before)
    if empty := [table for table in TABLES if not before.get(table)]:
        raise DevError(f"{VERSION} has no data in {', '.join(empty)}: nothing would be compared.")
    databases.update(env, name, strict=True)
    version = installed_version(env, name)
    if version == VERSION:
        raise DevError(f"The addon is still {version}: no migration was run.")
    found = differences(before, dump(env, name))
    with step(f"Database {name}: events that are no trainings"):
        return found + json.loads(run_job(env, "update_silence", name, events, visitors))


def make_before(env: Environment, name: str) -> list[list[int]]:
    """A database of the version before, with its demo data, in which its own main job declared.

    :returns: the ids of the events in it that are no trainings, and of their registrations
    """
    code = code_before(env.layout)
    old = with_code(env, LayoutBefore(env.layout.cache, code, env.layout.server))
    databases.copy(env, databases.base(env, demo=True), name)
    with step(f"Database {name}: installing {ADDON} {VERSION} and declaring"):
        where = ("-d", name, "-i", ADDON, "--with-demo")
        run_odoo(old, name, *where, what=f"Installing {VERSION}")
        if (version := installed_version(env, name)) != VERSION:
            raise DevError(f"{COMMIT[:7]} installs {version}, not {VERSION}.")
        with tempfile.TemporaryDirectory() as files:
            run_job(old, "main_job", name, Path(files))
        here = env.layout.repository / "tooling"
        return json.loads(run_job(old, "update_events", name, tooling=here))


def leave_in_peace(before: Dump, events: list[int], visitors: list[int]) -> None:
    """Say what the update has to take back: trainings that tickets of no training gave, and states."""
    silent = {
        "event_event": (events, {"training_id": None}),
        "event_registration": (visitors, {"training_id": None, "passport_state": "not_concerned"}),
    }
    for table, (ids, values) in silent.items():
        for row_id in ids:
            before[table][str(row_id)] |= values


def leave_the_old(before: Dump) -> None:
    """Say that what ended before the first declared day concerns nobody, unless it is in a declaration."""
    nothing = {
        "passport_is_pending": False,
        "passport_deadline": None,
        "passport_obligation": None,
    }
    old = {
        int(row_id): row
        for row_id, row in before["event_event"].items()
        if row["date_end"] < FIRST_DECLARED_DAY and row["training_id"]
    }
    for row in old.values():
        row |= nothing
    declared = {line["registration_id"] for line in before["passport_declaration_line"].values()}
    for row in before["event_registration"].values():
        if row["event_id"] in old and row["id"] not in declared:
            row |= {**nothing, "passport_state": "not_concerned", "passport_reference_date": None}


def code_before(layout: Layout) -> Path:
    """The folder of the cache that holds the code of the version before, unpacked from git once."""
    folder = layout.clone / f"code-{COMMIT[:7]}"
    if folder.exists():
        return folder
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    packed = draft.with_suffix(".tar")
    command = ["git", "-C", REPOSITORY, "archive", "--format=tar", f"--output={packed}", COMMIT]
    run_logged(command, layout.log("git"), f"git does not give the code of {VERSION}.")
    shutil.unpack_archive(packed, draft)
    packed.unlink()
    return draft.rename(folder)


def installed_version(env: Environment, name: str) -> str:
    """The addon's version in a database."""
    query = f"SELECT latest_version FROM ir_module_module WHERE name = '{ADDON}'"
    return env.postgres.sql(query, name)


def dump(env: Environment, name: str) -> Dump:
    """All values of the tables looked at, those that a version does not have left out."""
    return {table: rows for table in TABLES if (rows := rows_of(env, name, table)) is not None}


def rows_of(env: Environment, name: str, table: str) -> Rows | None:
    """The values of one table; None where it does not exist."""
    if not env.postgres.sql(f"SELECT to_regclass('{table}')", name):
        return None
    lines = env.postgres.sql(f"SELECT to_jsonb(t) FROM {table} t ORDER BY id", name).splitlines()
    rows = [json.loads(line) for line in lines]
    return {str(row["id"]): row for row in rows}


def differences(before: Dump, after: Dump) -> list[str]:
    """What is not as before and may not differ: a text for each table or column."""
    found = []
    for table, rows in before.items():
        if table not in after:
            found.append(f"{table}: the table is gone, with {len(rows)} rows")
            continue
        found += [f"{table}: {text}" for text in other_rows(table, set(rows), set(after[table]))]
        for column, changed in sorted(changed_values(rows, after[table]).items()):
            if f"{table}.{column}" not in MAY_CHANGE:
                found.append(told(f"{table}.{column}", changed))
    return found


def other_rows(table: str, before: set[str], after: set[str]) -> list[str]:
    """The rows that went, and those that came where none may."""
    kinds = {"gone": before - after, "new": set() if table in MAY_GROW else after - before}
    return [
        f"{len(ids)} rows are {kind}: {shortened(sorted(ids, key=int))}"
        for kind, ids in kinds.items()
        if ids
    ]


def changed_values(before: Rows, after: Rows) -> dict[str, list[tuple]]:
    """By column, the rows whose value is another one, or went with its column: id, before, after."""
    changed = defaultdict(list)
    for row_id in before.keys() & after.keys():
        for column, value in before[row_id].items():
            now = after[row_id].get(column)
            # A column that is gone takes nothing along where it was empty.
            if now != value and (column in after[row_id] or value is not False):
                changed[column].append((row_id, value, now))
    return changed


def told(where: str, changed: list[tuple]) -> str:
    """One column's differences, with some examples."""
    examples = [
        f"  {row_id}: {shortened(before)} → {shortened(now)}"
        for row_id, before, now in sorted(changed, key=lambda row: int(row[0]))[:EXAMPLES]
    ]
    return "\n".join([f"{where}: {len(changed)} rows have another value", *examples])


def shortened(value) -> str:
    """A value as text that fits on a line."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
