"""The demo's main job: declare the attendees of the demo's finished sessions, as a declarant would.

Run by ./dev demo inside the environment, on the demo database.
"""

from collections import Counter
from pathlib import Path

# Login, password, what the role is for. Read by ./dev without importing this module.
LOGINS = [
    ("commercial", "commercial", "sales: quotations and sessions, never a NIR"),
    ("gestion", "gestion", "back office: follows and prepares, never a NIR"),
    ("declarant", "declarant", "declarant: enters NIRs, downloads import files"),
    ("responsable", "responsable", "manager: settings besides all the rest"),
    ("admin", "admin", "administrator"),
]


def run(env, output_dir: Path) -> str:
    """Declare who is ready, write the import files, and return the table to print.

    Works again on a database where it ran before: the files are then rendered anew, byte for byte.
    """
    declarant = env.ref("passeport_prevention.user_declarant")
    env = env(user=declarant.id, context={"lang": "en_US", "tz": "Europe/Paris"})
    env = env(context={**env.context, "allowed_company_ids": declarant.company_id.ids})
    first_day = env["event.event"].search([], order="date_begin", limit=1).date_begin
    wizard = env["passport.declare"].create({"date_from": first_day, "event_ids": False})
    wizard = wizard.with_context(tracking_disable=False)
    blocked = wizard.blocked_registration_ids
    declarations = wizard.action_prepare()
    if declarations:
        declarations._create_deposit()
    deposits = env["passport.deposit"].search([("state", "!=", "cancelled")])
    files = [write_file(deposit, output_dir) for deposit in deposits]
    env.cr.commit()
    return table(env, declarations, deposits, blocked, files)


def write_file(deposit, output_dir: Path) -> str:
    """Render one deposit's file into the folder; its name."""
    content = deposit._render_file()
    (output_dir / deposit.file_name).write_bytes(content)
    return deposit.file_name


def table(env, declarations, deposits, blocked, files) -> str:
    """What the terminal shows: who was declared, who was not and why, and the files."""
    lines = [
        (
            "Declared now",
            sum(declarations.mapped("line_count")),
            f"in {len(declarations)} declaration(s)",
        ),
        (
            "Declared in all",
            sum(deposits.mapped("attendee_count")),
            f"in {len(deposits)} deposit(s)",
        ),
        ("Blocked", len(blocked), "by, with several reasons for some:"),
    ]
    rows = [f"{label:<40}{count:>6}  {note}" for label, count, note in lines]
    rows += [f"  {label:<38}{count:>6}" for label, count in reasons(env, blocked)]
    checks = env["event.registration"].search_count([("passport_state", "=", "not_concerned")])
    rows.append(f"{'Not to declare':<40}{checks:>6}  not eligible, subcontracted, cancelled")
    rows += [f"File  {name}" for name in files]
    return "\n".join(rows)


def reasons(env, registrations):
    """The blocking reasons and how many attendees each blocks, the most frequent first."""
    issues = env["passport.issue"].search([("is_blocking", "=", True)])
    names = {issue.code: issue.name for issue in issues}
    counts = Counter(
        code
        for found in registrations._passport_issues().values()
        for code in {code for code, _message, _record in found}
        if code in names
    )
    return [(names[code], count) for code, count in counts.most_common()]
