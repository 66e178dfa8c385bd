"""How long the main steps take on many attendees. Run by ./dev bench in a throw-away database."""

import time
from datetime import datetime, timedelta

ATTENDEES_PER_SESSION = 500
BATCH = 5000


class Stopwatch:
    """Seconds and queries of named steps."""

    def __init__(self, env):
        self.env = env
        self.rows = []

    def __call__(self, label, action):
        self.env.flush_all()
        self.env.invalidate_all()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        result = action()
        self.env.flush_all()
        seconds = time.perf_counter() - start
        self.rows.append((label, seconds, self.env.cr.sql_log_count - queries))
        return result


def run(env, attendees: int) -> str:
    """Make that many attendees, declare them all, and return a table of seconds and queries."""
    env = env(context={"tracking_disable": True, "mail_create_nolog": True, "lang": "en_US"})
    env.company.company_registry = "73282932000074"
    watch = Stopwatch(env)
    people = watch("Contacts with encrypted NIRs", lambda: make_people(env, attendees))
    registrations = watch("Registrations", lambda: make_registrations(env, people))
    issues = watch("Readiness of all, with messages", registrations._passport_issues)
    blocked = sum(bool(found) for found in issues.values())
    watch("Readiness of all, stored again", registrations._mark_passport_state)
    wizard = env["passport.declare"].create({"date_from": "2025-09-01"})
    watch("Wizard opened", lambda: (wizard.ready_count, wizard.blocked_count))
    declarations = watch("Declarations prepared", wizard.action_prepare)
    deposit = declarations._create_deposit()
    content = watch("File checked and rendered", deposit._render_file)
    watch("File rendered again", deposit._render_file)
    rows = [
        f"{label:<36}{seconds:>9.2f} s{queries:>9} queries"
        for label, seconds, queries in watch.rows
    ]
    rows.append(
        f"{len(people)} attendees, {blocked} with issues, {len(declarations)} declarations, "
        f"{len(content) / 1e6:.1f} MB"
    )
    return "\n".join(rows)


def make_people(env, count):
    """Contacts of some companies, each with a birth name and a NIR of its own."""
    Partner = env["res.partner"]
    clients = Partner.create(
        [
            {"name": f"Client {n}", "is_company": True, "company_registry": "73282932000074"}
            for n in range(50)
        ]
    )
    people = Partner
    for start in range(0, count, BATCH):
        people |= Partner.create(
            [
                {
                    "name": f"Person {n}",
                    "birth_name": f"PERSON {n}",
                    "parent_id": clients[n % len(clients)].id,
                    "nir": f"18504{n // 1000000 % 90 + 10}{n % 1000000:06d}",
                }
                for n in range(start, min(start + BATCH, count))
            ]
        )
    return people


def make_training(env):
    """A training with codes within the limits."""
    Code = env["training.code"]
    return env["product.template"].create(
        {
            "name": "SST",
            "type": "service",
            "service_tracking": "event",
            "passport_aims_prevention": "yes",
            "passport_gives_proof": "yes",
            "passport_is_transferable": "yes",
            "validity_months": 24,
            "rome_code_ids": Code.search([("nomenclature", "=", "rome")], limit=5).ids,
            "formacode_ids": Code.search([("nomenclature", "=", "formacode")], limit=2).ids,
            "nsf_code_ids": Code.search([("code", "=", "344r")]).ids,
        }
    )


def make_registrations(env, people):
    """Attended registrations of all these people, in sessions of some hundreds."""
    training = make_training(env)
    end = datetime.now() - timedelta(days=20)
    values = {"date_begin": end - timedelta(days=1), "date_end": end, "training_id": training.id}
    groups = [
        people[n : n + ATTENDEES_PER_SESSION] for n in range(0, len(people), ATTENDEES_PER_SESSION)
    ]
    events = env["event.event"].create(
        [{**values, "name": f"Session {n}", "event_mail_ids": False} for n in range(len(groups))]
    )
    registrations = env["event.registration"]
    for event, group in zip(events, groups, strict=True):
        registrations |= registrations.create(
            [
                {"event_id": event.id, "attendee_partner_id": person.id, "state": "done"}
                for person in group
            ]
        )
    return registrations
