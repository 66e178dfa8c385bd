"""The steps that are measured, in the order in which a training body takes them."""

import base64
from datetime import datetime

from . import floors
from .around import Around
from .data import SIRET, make_clients, make_people, make_registrations, make_training, settle
from .meter import Goal, Meter

SMALL_SESSION = 10
LARGE_SESSION = 500
# Of the large sessions; the small ones are measured on a tenth of the attendees.
SMALL_SHARE = 10
CROWDED_CLIENT = 20_000
# Purged at once.
PURGE_BATCH = 1000
# One in so many is rejected by the authority.
REJECTED_SHARE = 10
REASONS = ("NIR et nom de naissance inconnus", "SIRET inconnu", "Ligne non traitée")
SCREEN = Goal(queries=50, total_s=0.5)
LIST = Goal(queries=60, total_s=1)
# What lists show, of each model.
NAMED = {"fields": {"display_name": {}}}
LISTED = {
    "event.registration": {
        "name": {},
        "event_id": NAMED,
        "employer_id": NAMED,
        "training_id": NAMED,
        "nir_state": {},
        "passport_standing": {},
        "passport_issue_ids": NAMED,
        "passport_issues": {},
        "passport_deadline_state": {},
    },
    "passport.declaration.line": {
        "attendee_name": {},
        "declaration_id": NAMED,
        "deposit_id": NAMED,
        "event_id": NAMED,
        "siret": {},
        "state": {},
    },
}


def bench_user(env):
    """A manager of the addon, as a person would be: superuser code sees no number."""
    groups = ("passeport_prevention.group_passport_manager", "event.group_event_manager")
    user = env["res.users"].create(
        {
            "name": "Bench",
            "login": "bench",
            "company_id": env.company.id,
            "company_ids": env.company.ids,
            "group_ids": [env.ref(name).id for name in (*groups, "sales_team.group_sale_manager")],
        }
    )
    return env(user=user, su=False)


class Bench:
    """One run: its environment, its measures, and how many attendees it has."""

    def __init__(self, env, attendees: int, timed: bool):
        context = {"tracking_disable": False, "lang": "en_US"}
        self.root = env(context=context)
        self.root.company.company_registry = SIRET
        self.env = bench_user(self.root)(context=context)
        self.count = attendees
        self.timed = timed
        self.meter = Meter(self.env, timed)

    def run(self) -> None:
        """Take every step."""
        self.training = make_training(self.root)
        people = make_people(self.root, self.count)
        found = make_registrations(
            self.root, people, self.training, LARGE_SESSION, commit=self.timed
        )
        self.registrations = self.env["event.registration"].browse(found.ids)
        self.readiness()
        deposit = self.declare(self.registrations, "sessions of 500", ratio=2.5)
        settle(self.root, commit=self.timed)
        self.file(deposit)
        self.answers(deposit)
        self.lists()
        self.small_sessions()
        Around(self).run()
        self.later(deposit)

    def readiness(self) -> None:
        """Who can be declared, with the words for it, and stored."""
        registrations, meter = self.registrations, self.meter
        values = {"registrations": registrations.ids}
        meter(
            "Readiness stored again",
            lambda: self.store_again(registrations),
            self.count,
            Goal(ratio=3, queries=60),
            floors.READ_ALL,
            values,
        )
        for title, codes, ratio in (
            ("nobody warned", None, 3),
            ("everybody warned", "nir_month_unusual", 6),
        ):
            self.root.cr.execute("UPDATE passport_nir SET check_codes = %s", (codes,))
            self.root.invalidate_all()
            meter(
                f"Readiness with messages, {title}",
                registrations._passport_issues,
                self.count,
                Goal(ratio=ratio, queries=60),
                floors.READ_ALL,
                values,
            )
        self.root.cr.execute("UPDATE passport_nir SET check_codes = NULL")
        self.root.invalidate_all()
        states = set(registrations.mapped("passport_state"))
        if states != {"ready"}:
            raise ValueError(f"Attendees of the benchmark are not ready: {states}")

    def store_again(self, registrations) -> None:
        """Compute the stored readiness anew."""
        for name in ("passport_state", "passport_issue_ids"):
            self.root.add_to_compute(registrations._fields[name], registrations.sudo())
        registrations.sudo().flush_recordset(["passport_state"])

    def declare(self, registrations, title: str, ratio: float):
        """The wizard and the declarations, then their deposit; the deposit."""
        from odoo.tests.form import Form

        meter, count = self.meter, len(registrations)
        # Once before: rights and views are known to a server that runs.
        Form(self.env["passport.declare"])
        form = meter(
            f"Wizard opened, {title}", lambda: Form(self.env["passport.declare"]), 1, SCREEN
        )
        meter("Wizard, one field changed", lambda: setattr(form, "channel", "form"), 1, SCREEN)
        wizard = self.env["passport.declare"].create(
            {"event_ids": registrations.event_id.ids, "channel": "file"}
        )
        before = self.env["passport.declaration"].search([], order="id desc", limit=1).id or 0
        meter(
            f"Prepared, {title}",
            wizard.action_prepare,
            count,
            Goal(ratio=ratio, total_s=20 * max(1, count / 100_000), queries=150),
            floors.PREPARE,
            {"registrations": registrations.ids, "company": self.env.company.id},
        )
        declarations = self.env["passport.declaration"].search([("id", ">", before)])
        if sum(declarations.mapped("line_count")) != count:
            raise ValueError("Some attendees of the benchmark were not declared")
        meter(
            f"Deposit created, {title}",
            declarations.action_create_deposit,
            count,
            Goal(each_ms=0.06, queries=80),
        )
        return declarations.deposit_id

    def file(self, deposit) -> None:
        """The deposit on the screen, and its file."""
        from odoo.tests.form import Form

        meter, values = self.meter, {"deposit": deposit.id, "user": self.env.uid}
        screen = Goal(queries=50, total_s=0.3)
        meter("Deposit opened", lambda: Form(deposit), 1, screen)
        meter(
            "First file: checked, sealed, logged",
            deposit._render_file,
            self.count,
            Goal(each_ms=0.1, queries=150),
            floors.FILE,
            values,
        )
        meter("Deposit opened, generated", lambda: Form(deposit), 1, screen)
        meter(
            "File again",
            deposit._render_file,
            self.count,
            Goal(ratio=2, queries=60),
            floors.FILE,
            values,
        )
        self.root.cr.execute(
            "UPDATE passport_nir SET collected_on = collected_on - interval '5 years'"
        )
        self.root.invalidate_all()
        dashboard = self.env["passport.dashboard"]
        meter("Managers' dashboard, old vault", dashboard.get_data, 1, SCREEN)
        self.root.cr.execute(
            "UPDATE passport_nir SET collected_on = collected_on + interval '5 years'"
        )
        self.root.invalidate_all()

    def answers(self, deposit) -> None:
        """The deposit given to the authority, and its answer."""
        meter, values = self.meter, {"deposit": deposit.id, "user": self.env.uid}
        meter(
            "Marked as deposited",
            deposit.action_mark_deposited,
            self.count,
            Goal(ratio=3, queries=80),
            floors.MARK,
            values,
        )
        upload = self.report(deposit)
        wizard = meter(
            "Answer read",
            lambda: self.env["passport.return"].create(
                {"deposit_id": deposit.id, "upload": upload, "file_name": "answer.csv"}
            ),
            self.count,
        )
        meter("Answer previewed", wizard.action_preview, self.count, Goal(queries=150))
        meter(
            "Answer recorded",
            wizard.action_apply,
            self.count,
            # One in ten is rejected: a task for whoever mends it is a fifth of this, see docs/scale.md.
            Goal(ratio=4, each_ms=0.12, queries=250),
            floors.ANSWER,
            values,
        )
        if deposit.state != "done":
            raise ValueError(f"{deposit.name} is {deposit.state} after the answer")

    def report(self, deposit) -> bytes:
        """An answer of the authority in base64: accepted or rejected, and why."""
        rows = ["ID_UNIQUE_PARTENAIRE;STATUT;MOTIF"]
        ids = self.env["passport.declaration.line"].search_fetch(
            [("deposit_id", "=", deposit.id)], ["unique_id"]
        )
        for n, line in enumerate(ids):
            reason = "" if n % REJECTED_SHARE else REASONS[n // REJECTED_SHARE % len(REASONS)]
            rows.append(f"{line.unique_id};{'REJETE' if reason else 'ACCEPTE'};{reason}")
        return base64.b64encode("\n".join(rows).encode())

    def lists(self) -> None:
        """The lists that are opened, searched and sorted most, and a large session's attendees."""
        session = self.registrations[0].event_id
        ended = [("event_end_date", "<=", datetime.now().isoformat(" ", "seconds"))]
        pending = [("passport_is_pending", "=", True)]
        lists = (
            ("Attendees to declare", "event.registration", ended + pending, None),
            ("All attendees, by deadline", "event.registration", [], "passport_deadline desc"),
            ("Attendees by name", "event.registration", [("name", "ilike", "son 77")], None),
            ("Attendees by client", "event.registration", [("partner_id", "ilike", SIRET)], None),
            ("Attendees of a session", "event.registration", [("event_id", "=", session.id)], None),
            ("Declared attendees", "passport.declaration.line", [], "attendee_name desc"),
            ("Renewals", "event.registration", [("renewal_state", "=", "valid")], None),
        )
        for title, model, domain, order in lists:
            records = self.env[model]
            columns = LISTED[model]
            self.meter(
                f"List: {title}",
                lambda records=records, domain=domain, order=order, columns=columns: (
                    records.web_search_read(
                        domain, columns, order=order, limit=80, count_limit=10_001
                    )
                ),
                1,
                LIST,
            )

    def small_sessions(self) -> None:
        """The same in sessions of ten: many declarations of few attendees."""
        people = make_people(self.root, self.count // SMALL_SHARE, first=self.count)
        training = make_training(self.root, "PRAP")
        found = make_registrations(self.root, people, training, SMALL_SESSION, commit=self.timed)
        self.store_again(found)
        registrations = self.env["event.registration"].browse(found.ids)
        self.declare(registrations, "sessions of ten", ratio=4)

    def later(self, deposit) -> None:
        """What happens to what was declared: a new name, one more attendee, the purge."""
        meter = self.meter
        meter(
            "Training renamed",
            lambda: self.training.write({"name": "SST – sauveteur secouriste"}),
            1,
            Goal(total_s=1, queries=60),
        )
        meter(
            "Training's validity changed",
            lambda: self.training.write({"validity_months": 36}),
            1,
            Goal(queries=400),
        )
        self.one_registration()
        self.purge()

    def one_registration(self) -> None:
        """Somebody new of a client with many contacts, beside what Odoo alone does for an event and a
        contact.
        """
        client = make_clients(self.root, 1)
        make_people(self.root, min(CROWDED_CLIENT, self.count), clients=client, with_number=False)
        session = self.registrations[0].event_id
        plain = self.root["event.event"].create(
            {
                "name": "Party",
                "date_begin": session.date_begin,
                "date_end": session.date_end,
                # Odoo commits where it writes to who registers.
                "event_mail_ids": False,
            }
        )
        values = {"event_id": session.id, "partner_id": client.id}
        registrations, people = self.env["event.registration"], self.env["res.partner"]

        def alone(name="Person 778 New"):
            registrations.create({**values, "event_id": plain.id, "name": name})
            people.create({"name": name, "parent_id": client.id})

        # Once before: what a server that runs knows.
        alone("Person 775 New")
        registrations.create({**values, "name": "Person 776 New"})
        self.meter(
            "One registration, client with many contacts",
            lambda: registrations.create({**values, "name": "Person 777 New"}),
            1,
            Goal(ratio=2, queries=55),
            alone,
        )

    def purge(self) -> None:
        """All numbers, their retention over."""
        for table, column in (
            ("passport_nir", "collected_on"),
            ("passport_declaration_line", "answered_on"),
        ):
            self.root.cr.execute(f"UPDATE {table} SET {column} = {column} - interval '9 years'")
        self.root.cr.execute(
            "UPDATE event_registration SET passport_deadline = passport_deadline - 3650"
        )
        self.root.invalidate_all()
        settle(self.root, commit=self.timed)
        held = self.root["passport.nir"].search_count([])
        job = self.root["passport.nir"].sudo()._cron_purge
        self.meter("Numbers purged", job, held, Goal(queries=100 + 100 * -(-held // PURGE_BATCH)))
        left = self.root["passport.nir"].search_count([])
        if left > held // 2:
            raise ValueError(f"{left} of {held} numbers are still there after the purge")
