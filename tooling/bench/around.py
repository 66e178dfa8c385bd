"""What happens around the declaration: scheduled actions, clients and their people, lists, sheets.

Each is measured on the attendees of the other steps, most of them declared by now, and on some more who
lack their number.
"""

import csv
import io
from datetime import date, timedelta

from .data import (
    make_clients,
    make_people,
    make_registrations,
    make_sessions,
    make_training,
    number_of,
)
from .meter import Goal

# One in so many is of one client; so many others lack their number.
CROWD_SHARE = 5
MISSING_SHARE = 10
SMALL_SESSION = 10
ROWS = 2000
# How many of a kind are worked off, and committed, at once.
SHEET_BATCH, SESSION_BATCH, WRITE_BATCH = 2000, 500, 100
SENDING = ("requests", "reminders", "summaries", "renewals", "statements")
LONG_AGO = timedelta(days=700)


def batches(count: int, size: int) -> int:
    """Return how many batches that many records are."""
    return -(-count // size)


class Around:
    """The steps beside those of ``Bench``, with its attendees and its meter."""

    def __init__(self, bench):
        self.root, self.env, self.meter = bench.root, bench.env, bench.meter
        self.count, self.timed = bench.count, bench.timed
        self.registrations, self.store_again = bench.registrations, bench.store_again

    def run(self) -> None:
        """Take every step."""
        self.prepare()
        self.control_sheet()
        self.scheduled()
        self.client_screens()
        self.employer_space()
        self.lists_of_people()
        self.client_changed()

    def prepare(self) -> None:
        """Give one client many people, and the training body some who lack their number."""
        training = make_training(self.root, "CACES")
        self.crowd = make_clients(self.root, 1)
        many = self.registrations[: self.count // CROWD_SHARE]
        self.root.flush_all()
        self.root.cr.execute(
            "UPDATE event_registration SET partner_id = %s, employer_id = %s, "
            "renewal_client_id = %s, passport_client_id = %s WHERE id = ANY(%s)",
            (*[self.crowd.id] * 4, many.ids),
        )
        self.root.cr.execute(
            "UPDATE res_partner SET parent_id = %s, commercial_partner_id = %s WHERE id IN "
            "(SELECT attendee_partner_id FROM event_registration WHERE id = ANY(%s))",
            (*[self.crowd.id] * 2, many.ids),
        )
        people = make_people(
            self.root, self.count // MISSING_SHARE, first=3 * self.count, with_number=False
        )
        missing = make_registrations(
            self.root, people, training, SMALL_SESSION, days_ago=70, commit=self.timed
        )
        self.store_again(missing)
        self.root.cr.execute(
            "UPDATE event_registration SET passport_asked_on = now() - interval '25 days' "
            "WHERE id = ANY(%s)",
            (missing.ids,),
        )
        # Copies of a session are not told of their attendees.
        self.root.cr.execute(
            "UPDATE event_event SET passport_is_pending = true, passport_obligation = 'mandatory', "
            "passport_deadline = current_date + 5 WHERE id = ANY(%s)",
            (missing.event_id.ids,),
        )
        self.missing = missing
        self.root.invalidate_all()
        company = self.root.company
        company.write({f"passport_send_{kind}_since": date.today() - LONG_AGO for kind in SENDING})
        company.write({"renewal_reminder_to": "both", "email": "of@bench.example"})
        company.passport_responsible_id = self.env.user
        self.env.user.sudo().email = "bench@bench.example"

    def control_sheet(self) -> None:
        """What is declared, as a spreadsheet."""
        lines = self.env["passport.declaration.line"].search([], limit=self.count)
        self.meter(
            "Control sheet",
            lambda: self.env["passport.control.sheet"]._render(lines),
            len(lines),
            Goal(each_ms=0.4, queries=60 + 32 * batches(len(lines), SHEET_BATCH)),
        )

    # ------------------------------------------------------------
    # Scheduled actions
    # ------------------------------------------------------------

    def scheduled(self) -> None:
        """The scheduled actions that look at all sessions, attendees or clients."""
        meter, env = self.meter, self.root
        sessions = env["event.event"].search_count([("passport_is_pending", "=", True)])
        meter(
            "Alerts before deadlines",
            env["event.event"]._cron_passport_alerts,
            sessions,
            Goal(each_ms=5, queries=100 + 100 * batches(sessions, SESSION_BATCH)),
        )
        meter("Weekly digest", env["res.company"]._cron_passport_digest, 1, Goal(queries=80))
        meter(
            "Codes to check",
            env["product.template"]._cron_code_warnings,
            1,
            Goal(queries=100),
        )
        reminder = env["passport.reminder"].with_company(env.company)
        for title, remind in (
            ("A hundred attendees reminded", reminder._remind_attendees),
            ("Employers of a hundred reminded", reminder._remind_employers),
        ):
            meter(title, lambda remind=remind: remind(env.company, 100), 100, Goal(queries=150))
        since = date.today() - LONG_AGO
        meter(
            "Reminders counted beforehand",
            lambda: reminder._preview_sending("reminder", env.company, since),
            len(self.missing),
            Goal(queries=60 + batches(len(self.missing), 200)),
        )
        sendings = env["passport.statement.sending"]
        meter("Statements due", lambda: sendings._due(env.company), 1, Goal(queries=30))
        self.renewals()
        self.late_convocations()

    def renewals(self) -> None:
        """Reminders and lists, with trainings that end on any day around today."""
        env = self.root
        env.cr.execute(
            "UPDATE event_registration SET validity_end_date = current_date + (id % 400 - 200) "
            "WHERE training_id IS NOT NULL AND validity_end_date IS NOT NULL"
        )
        env.cr.execute("ANALYZE event_registration")
        env.invalidate_all()
        due = self.meter(
            "Renewals due",
            lambda: env["passport.renewal.reminder"]._due_values(env.company),
            self.count,
            Goal(queries=60 + batches(self.count, 500)),
        )
        self.meter(
            "Fifty renewal reminders sent",
            lambda: env["passport.renewal.reminder"].create(due[:50])._send(),
            50,
            Goal(queries=250),
        )
        registrations = self.env["event.registration"]
        for state in ("to_renew", "expired", "renewed"):
            self.meter(
                f"Renewals counted: {state}",
                lambda state=state: registrations.search_count([("renewal_state", "=", state)]),
                1,
                Goal(queries=30, total_s=1.5),
            )

    def late_convocations(self) -> None:
        """Who is to be convoked after the others, with a rule on each of many sessions to come."""
        env = self.root
        coming = make_sessions(env, self.registrations[0].training_id.sudo(), 300, days_ago=-20)
        template = env.ref("passeport_prevention.mail_template_convocation")
        env["event.mail"].create(
            [
                {
                    "event_id": event.id,
                    "interval_type": "before_event",
                    "interval_nbr": 100,
                    "interval_unit": "days",
                    "mail_done": True,
                    "template_ref": f"mail.template,{template.id}",
                }
                for event in coming
            ]
        )
        self.coming = coming
        self.meter(
            "Late convocations looked for",
            env["passport.convocations"]._send_late,
            len(coming),
            Goal(queries=40),
        )

    # ------------------------------------------------------------
    # Clients
    # ------------------------------------------------------------

    def client_screens(self) -> None:
        """What is told of a client with many people."""
        client = self.crowd.with_env(self.env)
        first, last = date.today() - LONG_AGO, date.today()
        many = self.count // CROWD_SHARE
        read = Goal(queries=60 + 12 * batches(many, 1000))
        statements, files = self.env["passport.statement"], self.env["passport.statement.file"]
        self.meter(
            "Statement counted, crowded client",
            lambda: statements._counts(client, first, last),
            many,
            read,
        )
        found = self.meter(
            "Statement, crowded client", lambda: statements._of(client, first, last), many, read
        )
        self.meter("Statement as a spreadsheet", lambda: files._xlsx(found), many, Goal(queries=20))
        fields = ["passport_has_statement", "passport_line_count", "renewal_count"]
        self.meter(
            "Client's own buttons", lambda: client.read(fields), 1, Goal(queries=40, total_s=1.5)
        )

    def employer_space(self) -> None:
        """What the crowded client's own people see."""
        contact = self.root["res.partner"].create({"name": "HR", "parent_id": self.crowd.id})
        user = self.root["res.users"].create(
            {
                "name": "HR",
                "login": "hr-bench",
                "partner_id": contact.id,
                "group_ids": [self.root.ref("base.group_portal").id],
            }
        )
        space = self.root["passport.employer.space"].with_user(user)
        self.meter(
            "Employer's space: bookings",
            lambda: space._bookings(user),
            1,
            Goal(queries=60, total_s=1.5),
        )
        session = self.registrations[0].event_id.sudo()
        self.meter(
            "Employer's space: a session of 500",
            lambda: space._booking_of(user, "sessions", session.id),
            1,
            Goal(queries=60, total_s=1),
        )

    def client_changed(self) -> None:
        """Another name and another SIRET, which Odoo writes on every contact of the client."""
        many = self.count // CROWD_SHARE
        budget = Goal(each_ms=0.5, queries=200 + 6 * batches(many, WRITE_BATCH))
        client = self.crowd.with_env(self.env)
        self.meter("Client renamed", lambda: client.write({"name": "Other"}), many, budget)
        self.meter(
            "Client's SIRET changed",
            lambda: client.write({"company_registry": "35600000000048"}),
            many,
            budget,
        )

    # ------------------------------------------------------------
    # Lists of people
    # ------------------------------------------------------------

    def lists_of_people(self) -> None:
        """A client's list, from the file to the registrations."""
        rows = min(ROWS, self.count // 10)
        service = self.env["passport.enrolment"]
        session = self.coming[0].with_env(self.env)
        preview = self.meter(
            "List of people previewed",
            lambda: service._preview(
                session, "list.csv", self.list_of(rows), client=self.crowd.with_env(self.env)
            ),
            rows,
            Goal(queries=60),
        )
        self.meter(
            "List of people enrolled",
            lambda: service._keep(preview),
            rows,
            # Odoo itself looks for companies once for each new contact below one.
            Goal(each_ms=8, queries=200 + rows + 16 * batches(rows, WRITE_BATCH)),
        )

    def list_of(self, rows: int) -> bytes:
        """A list of people whom nobody knows, each with a number."""
        stream = io.StringIO()
        table = csv.writer(stream, delimiter=";")
        table.writerow(["Nom", "Prénom", "Nom de naissance", "N° Sécu"])
        for n in range(rows):
            name = "".join("ABCDEFGHIJ"[int(digit)] for digit in f"{n:06d}")
            table.writerow([name, "Marie", name, number_of(50_000_000 + n)])
        return stream.getvalue().encode()
