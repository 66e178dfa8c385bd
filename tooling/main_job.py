"""The demo's main job: declare the attendees of the demo's finished sessions, as a declarant would.

Run by ./dev demo inside the environment, on the demo database. One session is typed into the
portal's form up to the half, one file was deposited and answered, another one waits to be deposited.
"""

import base64
import csv
import io
from collections import Counter
from pathlib import Path

# Login, password, what the role is for. Read by ./dev without importing this module.
LOGINS = [
    ("commercial", "commercial", "sales: quotations and sessions, never a NIR"),
    ("gestion", "gestion", "back office: follows and prepares, never a NIR"),
    ("declarant", "declarant", "declarant: enters NIRs, downloads import files"),
    ("responsable", "responsable", "manager: settings besides all the rest"),
    ("employeur", "employeur", "client, on the portal: completes its own attendees"),
    ("admin", "admin", "administrator"),
]
ADDON = "passeport_prevention"
# Of the demo's sessions: typed into the portal's web form; deposited and answered.
TYPED_SESSION = "session_caces_r489_3_juin"
ANSWERED_SESSIONS = ("session_sst_gwenarvor", "session_mac_sst_rennes", "session_elec_mixed")
# Whom the portal rejected, and what it said.
REJECTIONS = {
    "registration_sst_gwenarvor_06": "Aucune personne ne correspond à ce NIR et à ce nom de naissance",
    "registration_mac_sst_rennes_03": "SIRET de l'employeur inconnu",
    "registration_sst_gwenarvor_14": "Ligne non traitée, à déposer de nouveau",
}


def run(env, output_dir: Path) -> str:
    """Declare who is ready, write the import files, and return the table to print.

    Works again on a database where it ran before: what was done is left alone, and the files are
    rendered anew, byte for byte.
    """
    env.ref("base.user_admin").write({"lang": "fr_FR", "tz": "Europe/Paris"})
    env = as_declarant(env)
    before = env["passport.declaration"].search([])
    begin(env)
    wizard = all_sessions(env)
    blocked = wizard._blocked_attendees()
    if declarations := wizard.action_prepare():
        declarations._create_deposit()
    deposits = env["passport.deposit"].search([("state", "!=", "cancelled")], order="id")
    files = [write_file(deposit, output_dir) for deposit in deposits]
    declared_now = env["passport.declaration"].search([]) - before
    env.cr.commit()
    return table(env(context={**env.context, "lang": "en_US"}), declared_now, blocked, files)


def begin(env) -> None:
    """One session half typed, one file deposited and answered, unless that was done before."""
    if not env["passport.declaration"].search_count([("channel", "=", "form")]):
        type_half(prepare(env, [TYPED_SESSION], channel="form"))
    if not env["passport.deposit"].search_count([("deposited_on", "!=", False)]):
        answer(prepare(env, ANSWERED_SESSIONS))


def as_declarant(env):
    """The environment of the demo's declarant, in her company and her language."""
    declarant = env.ref(f"{ADDON}.user_declarant")
    return env(
        user=declarant.id,
        context={
            "lang": declarant.lang,
            "tz": declarant.tz,
            "allowed_company_ids": declarant.company_id.ids,
        },
    )


def all_sessions(env):
    """The wizard, on all sessions since trainings are declared."""
    first = env["passport.law"]._since("body_declares")
    return env["passport.declare"].create({"date_from": first, "event_ids": False})


def prepare(env, sessions, channel="file"):
    """The declarations of who is ready in some of the demo's sessions."""
    events = [env.ref(f"{ADDON}.{session}").id for session in sessions]
    wizard = env["passport.declare"].create({"event_ids": events, "channel": channel})
    return wizard.action_prepare()


def type_half(declarations) -> None:
    """Tick off the first half of the attendees, as typed into the portal's web form."""
    for declaration in declarations:
        attendees = declaration.entry_sheet()["attendees"]
        for attendee in attendees[: len(attendees) // 2]:
            line = declaration.line_ids.browse(attendee["id"])
            line.entry_tick(attendee["version"])


def answer(declarations) -> None:
    """Deposit the file of these declarations, and record what the portal answered."""
    if not declarations:
        return
    deposit = declarations._create_deposit()
    deposit._render_file()
    deposit.action_mark_deposited()
    wizard = deposit.env["passport.return"].create(
        {
            "deposit_id": deposit.id,
            "upload": base64.b64encode(portal_report(deposit)),
            "file_name": "compte-rendu-portail.csv",
        }
    )
    wizard.action_read_file()
    wizard.action_preview()
    wizard.action_apply()


def portal_report(deposit) -> bytes:
    """A report such as a portal gives: everybody of the deposit, accepted or rejected and why."""
    env = deposit.env
    reasons = {env.ref(f"{ADDON}.{name}"): reason for name, reason in REJECTIONS.items()}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["ID_UNIQUE_PARTENAIRE", "STATUT", "MOTIF"])
    for line in deposit.line_ids:
        reason = reasons.get(line.registration_id, "")
        writer.writerow([line.unique_id, "REJETE" if reason else "ACCEPTE", reason])
    return text.getvalue().encode()


def write_file(deposit, output_dir: Path) -> str:
    """Render one deposit's file into the folder; its name."""
    content = deposit._render_file()
    (output_dir / deposit.file_name).write_bytes(content)
    return deposit.file_name


def table(env, declared_now, blocked, files) -> str:
    """What the terminal shows: who was declared, who was not and why, and the files."""
    declarations = env["passport.declaration"].search([("state", "!=", "cancelled")])
    deposits = declarations.deposit_id
    forms = declarations.filtered(lambda declaration: declaration.channel == "form")
    lines = [
        row("Declared now", attendees(declared_now), f"declarations: {len(declared_now)}"),
        row("Declared in all", attendees(declarations), f"declarations: {len(declarations)}"),
        row(
            "  through import files", attendees(declarations - forms), f"deposits: {len(deposits)}"
        ),
        row("  through the portal's form", attendees(forms), f"{typed(forms)} typed so far"),
        row("Answered by the portal", sum(answered(declarations)), ""),
        row("  accepted", answered(declarations)[0], ""),
        row("  rejected", answered(declarations)[1], "to correct, then to declare again"),
        row("Blocked", len(blocked), "by, with several reasons for some:"),
    ]
    lines += [row(f"  {label}", count, "") for label, count in reasons(env, blocked)]
    registrations = env["event.registration"]
    left = registrations.search_count([("passport_standing", "=", "employer")])
    lines.append(row("Left to their employers", left, "the NIR is refused"))
    others = registrations.search_count([("passport_state", "=", "not_concerned")])
    lines.append(row("Not to declare", others, "not eligible, subcontracted, cancelled, too old"))
    lines += [f"File  {name}" for name in files]
    return "\n".join(lines)


def row(label: str, count: int, note: str) -> str:
    """One line of the table."""
    return f"{label:<40}{count:>6}  {note}".rstrip()


def attendees(declarations) -> int:
    """How many attendees these declarations hold."""
    return sum(declarations.mapped("line_count"))


def typed(declarations) -> int:
    """How many attendees of these declarations were typed into the portal's form."""
    return sum(declarations.mapped("typed_count"))


def answered(declarations) -> tuple[int, int]:
    """How many attendees of these declarations the portal accepted, and rejected."""
    return (
        sum(declarations.mapped("accepted_count")),
        sum(declarations.mapped("rejected_count")),
    )


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
