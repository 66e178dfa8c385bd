"""How long the main steps take on many attendees. Run by ./dev bench in a throw-away database."""

import base64
import time
from datetime import datetime

from .bench_data import make_asked, make_people, make_registrations, make_training

TYPED_ATTENDEES = 50
SHEET_LINES = 500
# One in so many is rejected by the portal; as many are asked for their data in vain.
REJECTED_SHARE = 10
ASKED_SHARE = 5
REASONS = ("NIR et nom de naissance inconnus", "SIRET inconnu", "Ligne non traitée")


class Stopwatch:
    """Seconds and queries of named steps."""

    def __init__(self, env):
        self.env = env
        self.rows = []

    def __call__(self, label, action, count=1):
        """Measure ``action``, which works on ``count`` records; what it returned."""
        self.env.flush_all()
        self.env.invalidate_all()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        result = action()
        self.env.flush_all()
        seconds = time.perf_counter() - start
        self.rows.append((label, count, seconds, self.env.cr.sql_log_count - queries))
        return result

    def table(self):
        """The steps as text, one a line."""
        return [
            f"{label:<42}{count:>7}{seconds:>9.2f} s{1000 * seconds / count:>9.2f} ms each"
            f"{queries:>8} queries"
            for label, count, seconds, queries in self.rows
        ]


def settle(env):
    """Have the database know its tables as in a database in use, where this happens by itself."""
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")


def run(env, attendees: int) -> str:
    """Make that many attendees, declare them all, and return a table of seconds and queries."""
    env = env(context={"tracking_disable": True, "mail_create_nolog": True, "lang": "en_US"})
    env.company.company_registry = "73282932000074"
    watch = Stopwatch(env)
    registrations = readiness(env, watch, attendees)
    deadlines(env, watch, attendees // ASKED_SHARE)
    declarations, deposit, content = declaring(env, watch)
    sheets(env, watch, deposit, attendees)
    returned(env, watch, deposit)
    renewals(env, watch, registrations.attendee_partner_id)
    watch("Dashboard", env["passport.dashboard"].get_data)
    return "\n".join(
        [
            *watch.table(),
            f"{len(registrations)} attendees, {len(declarations)} declarations, "
            f"{len(content) / 1e6:.1f} MB",
        ]
    )


def readiness(env, watch, count):
    """Contacts, registrations, and who can be declared; the registrations."""
    people = watch("Contacts with encrypted NIRs", lambda: make_people(env, count), count)
    registrations = watch("Registrations", lambda: make_registrations(env, people), count)
    watch("Readiness of all, with messages", registrations._passport_issues, count)
    watch("Readiness of all, stored again", registrations._mark_passport_state, count)
    if set(registrations.mapped("passport_state")) != {"ready"}:
        raise ValueError("Some attendees of the benchmark cannot be declared")
    return registrations


def deadlines(env, watch, count):
    """Change of a rule, alerts and reminders."""
    asked = make_asked(env, count)
    settle(env)
    registrations = env["event.registration"]
    watch("Dashboard, nothing declared", env["passport.dashboard"].get_data)
    pending = registrations.search_count([("passport_is_pending", "=", True)])
    rule = env["passport.deadline.rule"]._rule_at(asked[0].passport_reference_date)
    change = {"fixed_date": False, "months_after_quarter": rule.months_after_quarter % 6 + 1}
    watch("Deadline rule changed", lambda: rule.write(change), pending)
    days = (max(asked.mapped("passport_deadline")) - datetime.now().date()).days
    env.company.passport_alert_days = f"{days + 1}/7"
    sessions = env["event.event"].search_count([("passport_is_pending", "=", True)])
    watch("Alerts of sessions", env["event.event"]._cron_passport_alerts, sessions)
    watch("Alerts of sessions, nothing new", env["event.event"]._cron_passport_alerts, sessions)
    watch("Reminders, attendees and employers", registrations._cron_remind, count)


def declaring(env, watch):
    """The wizard, the declarations, the import file; the latter two and the deposit."""
    wizard = env["passport.declare"].create({"date_from": "2025-09-01"})
    count = env["event.registration"].search_count([("passport_state", "in", ["ready", "blocked"])])
    watch("Wizard opened", lambda: (wizard.ready_count, wizard.blocked_count), count)
    ready = wizard.ready_count
    declarations = watch("Declarations prepared", wizard.action_prepare, ready)
    deposit = watch("Deposit created", declarations._create_deposit, ready)
    content = watch("File checked, rendered and sealed", deposit._render_file, ready)
    watch("File rendered again", deposit._render_file, ready)
    return declarations, deposit, content


def sheets(env, watch, deposit, first):
    """The control sheet, and the assisted entry of a whole web form."""
    lines = deposit.line_ids[:SHEET_LINES]
    watch("Control sheet", lines._control_sheet, len(lines))
    people = make_people(env, TYPED_ATTENDEES, first=first)
    events = make_registrations(env, people).event_id
    wizard = env["passport.declare"].create({"event_ids": events.ids, "channel": "form"})
    declaration = wizard.action_prepare()
    sheet = watch("Assisted entry opened", declaration.entry_sheet, TYPED_ATTENDEES)
    attendee = sheet["attendees"][0]
    line = declaration.line_ids.browse(attendee["id"])
    watch("Assisted entry, one attendee ticked", lambda: line.entry_tick(attendee["version"]))


def returned(env, watch, deposit):
    """The deposit given to the portal, and its report imported."""
    count = len(deposit.line_ids)
    watch("Marked as deposited", deposit.action_mark_deposited, count)
    report = portal_report(deposit)
    wizard = watch(
        "Return read",
        lambda: env["passport.return"].create(
            {"deposit_id": deposit.id, "upload": report, "file_name": "report.csv"}
        ),
        count,
    )
    watch("Return previewed", wizard.action_preview, count)
    watch("Return recorded", wizard.action_apply, count)
    if deposit.state != "done":
        raise ValueError(f"{deposit.name} is {deposit.state} after the return")
    watch("To correct: list read", deposit._to_correct, deposit.rejected_count)


def portal_report(deposit):
    """A report of the portal in base64: accepted or rejected, and why."""
    rows = ["ID_UNIQUE_PARTENAIRE;STATUT;MOTIF"]
    for n, line in enumerate(deposit.line_ids):
        reason = "" if n % REJECTED_SHARE else REASONS[n // REJECTED_SHARE % len(REASONS)]
        rows.append(f"{line.unique_id};{'REJETE' if reason else 'ACCEPTE'};{reason}")
    return base64.b64encode("\n".join(rows).encode())


def renewals(env, watch, people):
    """People trained two years ago: nobody came back to the one training, all to the other."""
    registrations = env["event.registration"]
    again = registrations.search([("attendee_partner_id", "=", people[0].id)]).training_id
    for training in (make_training(env), again):
        make_registrations(env, people, days_ago=700, training=training)
    settle(env)
    for state in ("to_renew", "renewed"):
        domain = [("renewal_state", "=", state)]
        found = watch(
            f"Renewals searched: {state}",
            lambda domain=domain: registrations.search(domain),
            len(people),
        )
        watch(
            f"Renewals read, a page of 80: {state}",
            lambda found=found: found[:80].mapped("renewal_state"),
            80,
        )
