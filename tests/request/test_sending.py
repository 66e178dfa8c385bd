from datetime import date, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import file_path

from ...models.ground.passport_sending import KINDS
from ..common import MODULE, NOW
from .test_form_link import FormCase

TODAY = NOW.date()


@tagged("post_install", "-at_install", "passport")
class TestSending(FormCase):
    """Nothing is sent that nobody switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.write({"email": "rh@client.example", "lang": "fr_FR"})
        cls.company.write({kind.field: False for kind in KINDS})
        cls.company.passport_sending_answered_on = False
        cls.coming = cls.make_session(
            date_begin=NOW + timedelta(days=10), date_end=NOW + timedelta(days=11)
        )
        cls.theo = cls.make_attendee("Théo Riou", nir=False, email="theo@example.com")
        cls.future = cls.make_registration(cls.coming, cls.theo, state="open")

    def switch_on(self, since=TODAY, *kinds):
        names = kinds or [kind.name for kind in KINDS]
        self.company.write({kind.field: since for kind in KINDS if kind.name in names})

    def remind(self, days):
        with (
            freeze_time(NOW + timedelta(days=days)),
            patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60),
        ):
            sent = self.leave(self.env["passport.reminder"]._cron_remind)
        return sorted(mail["email_to"][0].split("<")[-1].strip(">") for mail in sent)

    def open_step(self, role="manager"):
        steps = self.as_role(self.env["passport.sending.step"], role)
        return steps.browse(steps.action_open()["res_id"])

    def answer(self, since=TODAY, **values):
        step = self.open_step()
        step.line_ids.write({"is_on": True, "since": since})
        step.write(values)
        step.action_answer()

    # ------------------------------------------------------------
    # Off
    # ------------------------------------------------------------

    def test_a_new_company_sends_nothing(self):
        company = self.env["res.company"].create({"name": "Neuve"})
        for kind in KINDS:
            self.assertFalse(self.env["passport.sending"]._since(company, kind.name), kind.name)

    def test_asking_says_where_it_is_switched_on(self):
        for role, error in (("user", UserError), ("manager", RedirectWarning)):
            with self.subTest(role=role), self.assertRaisesRegex(error, "nothing is sent yet"):
                self.as_role(self.future, role).action_passport_ask()
        self.assertFalse(self.env["passport.letter"].sudo().search([]))
        self.assertFalse(self.future.passport_asked_on)

    def test_no_reminder_of_what_was_asked_before(self):
        (self.future | self.registration).write({"passport_asked_on": NOW})
        self.future.passport_ask_employer = True
        for days in (0, 7, 21, 40):
            self.assertEqual(self.remind(days), [])

    def test_no_new_link(self):
        self.env["passport.form.request"]._ask("theo@example.com")
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60):
            self.assertEqual(self.leave(self.env["passport.form.request"]._cron_answer), [])

    def test_what_a_version_before_sent_stays_on(self):
        path = file_path(f"{MODULE}/migrations/19.0.2.0.0/post-request.py")
        spec = spec_from_file_location("post_request", path)
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        self.registration.passport_asked_on = datetime(2026, 3, 4, 5)
        self.env.flush_all()
        cron = self.env.ref("passeport_prevention.ir_cron_remind")
        cron.write(
            {
                "model_id": self.env["ir.model"]._get_id("event.registration"),
                "code": "model._cron_remind_of_before()",
            }
        )
        self.env.flush_all()
        migration.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(
            (cron.model_name, cron.code), ("passport.reminder", "model._cron_remind()")
        )
        sent = [kind.name for kind in KINDS if self.company[kind.field] == date(2026, 3, 4)]
        self.assertEqual(sent, ["request", "reminder", "summary"])
        self.assertFalse(self.company.passport_send_renewals_since)
        self.assertTrue(self.company.passport_sending_answered_on)
        other = self.env["res.company"].create({"name": "Neuve"})
        self.assertFalse(other.passport_send_requests_since or other.passport_sending_answered_on)

    # ------------------------------------------------------------
    # On, from a day
    # ------------------------------------------------------------

    def test_what_ended_before_is_left_alone(self):
        self.switch_on()
        (self.future | self.registration).write({"passport_asked_on": NOW - timedelta(days=1)})
        self.assertEqual(self.remind(7), ["theo@example.com"])
        self.assertEqual(self.remind(22), ["rh@client.example", "theo@example.com"])
        summary = self.env["passport.letter"].sudo().search([("kind", "=", "summary")])
        self.assertEqual(summary.registration_ids, self.future)

    def test_each_kind_has_its_own_switch(self):
        self.switch_on(date(2020, 1, 1), "reminder")
        self.registration.passport_asked_on = NOW
        self.assertEqual(self.remind(22), ["ines@example.com"])
        with self.assertRaises(UserError):
            self.as_role(self.future, "user").action_passport_ask()

    def test_the_day_itself_counts_in_the_training_body_s_zone(self):
        # 10 September 2026, until 17:00 in Paris.
        for since, expected in ((date(2026, 9, 10), 1), (date(2026, 9, 11), 0)):
            domain = self.env["passport.sending"]._domain(self.company, "request", since=since)
            found = self.registration.search_count([*domain, ("id", "=", self.registration.id)])
            self.assertEqual(found, expected)
        start = self.env["passport.sending"]._start_of(date(2026, 9, 10))
        self.assertEqual(start, datetime(2026, 9, 9, 22))

    # ------------------------------------------------------------
    # Asking many
    # ------------------------------------------------------------

    def dialog(self, records, role="user"):
        action = self.as_role(records, role).action_passport_ask()
        self.assertEqual((action["res_model"], action["target"]), ("passport.ask", "new"))
        return self.as_role(self.env["passport.ask"], role).browse(action["res_id"])

    def test_many_are_counted_first(self):
        self.switch_on()
        silent = self.make_registration(
            self.coming, self.make_attendee("Sans Adresse", nir=False), state="open"
        )
        complete = self.make_registration(self.coming, self.make_attendee("Léa"), state="open")
        dialog = self.dialog(self.future | silent | complete | self.registration)
        self.assertFalse(self.env["passport.letter"].sudo().search([]))
        counts = ("mail_count", "silent_count", "past_count", "complete_count")
        self.assertEqual([dialog[fname] for fname in counts], [1, 1, 1, 1])
        sent = self.leave(dialog.action_send)
        self.assertEqual([mail["email_to"] for mail in sent], [["theo@example.com"]])
        self.assertTrue(silent.passport_ask_employer)
        self.assertFalse(self.registration.passport_asked_on)

    def test_past_ones_when_they_are_meant(self):
        self.switch_on()
        dialog = self.dialog(self.registration)
        self.assertEqual((dialog.mail_count, dialog.past_count), (0, 1))
        with self.assertRaisesRegex(UserError, "tick the box"):
            dialog.action_send()
        form = Form(dialog)
        form.is_past_meant = True
        self.assertEqual((form.mail_count, form.past_count), (1, 1))
        form.save()
        self.assertEqual(len(self.leave(dialog.action_send)), 1)
        # Meant once, reminded like others.
        self.assertEqual(self.remind(7), ["ines@example.com"])

    def test_the_dialog_asks_no_more_than_the_user_may(self):
        self.switch_on()
        for role in ("sales", "event", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.env["passport.ask"], role).create(
                    {"registration_ids": [Command.set(self.future.ids)]}
                )
        other = self.make_session(company_id=self.other_company.id)
        theirs = self.make_registration(
            other, self.make_attendee("Max", nir=False, email="max@example.com")
        )
        with self.assertRaises(AccessError):
            self.as_role(self.env["passport.ask"], "user").create(
                {"registration_ids": [Command.set(theirs.ids)]}
            )

    def test_constant_number_of_queries(self):
        self.switch_on()
        counts = []
        for size in (2, 5, 30):
            people = self.make_attendees([f"Personne {size} {n}" for n in range(size)], nir=False)
            for number, person in enumerate(people):
                person.email = f"p{size}.{number}@example.com"
            seats = self.make_registrations(self.coming, people, state="open")
            request = self.env["passport.request"]
            counts.append(
                self.queries_of(lambda seats=seats, request=request: request._plan(seats))
            )
        self.assertEqual(counts[1], counts[2])

    # ------------------------------------------------------------
    # The step
    # ------------------------------------------------------------

    def test_only_managers_answer(self):
        for role in ("user", "declarant", "event", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.open_step(role)

    def test_answered_for_coming_sessions(self):
        self.registration.passport_asked_on = NOW - timedelta(days=30)
        self.answer()
        for kind in KINDS:
            self.assertEqual(self.company[kind.field], TODAY, kind.name)
        self.assertEqual(self.company.passport_sending_answered_on, NOW)
        self.assertEqual(self.remind(0), [])

    def test_past_sessions_are_told_in_numbers_and_must_be_meant(self):
        self.registration.passport_asked_on = NOW - timedelta(days=30)
        step = self.open_step()
        lines = {line.kind: line for line in step.line_ids}
        form = Form(step)
        for index in range(len(step.line_ids)):
            with form.line_ids.edit(index) as line:
                line.is_on = True
                line.since = date(2026, 1, 1)
        # A reminder, a summary and the statement of the quarter that has ended.
        self.assertEqual(form.past_count, 3)
        form.save()
        self.assertEqual((lines["reminder"].mail_count, lines["reminder"].people_count), (1, 1))
        self.assertEqual((lines["summary"].mail_count, lines["summary"].people_count), (1, 1))
        self.assertEqual((lines["request"].mail_count, lines["request"].people_count), (0, 2))
        with self.assertRaisesRegex(UserError, "next run: 3"):
            step.action_answer()
        self.assertFalse(self.company.passport_sending_answered_on)
        step.is_past_meant = True
        step.action_answer()
        self.assertEqual(self.remind(0), ["ines@example.com", "rh@client.example"])

    def test_nothing_is_an_answer_too(self):
        self.switch_on()
        step = self.open_step()
        self.assertEqual(set(step.line_ids.mapped("is_on")), {True})
        step.line_ids.is_on = False
        step.action_answer()
        self.assertFalse(any(self.company[kind.field] for kind in KINDS))
        self.assertTrue(self.company.passport_sending_answered_on)

    def test_renewals(self):
        self.training.validity_months = 24
        person = self.make_attendee("Anne Leroy", email="anne@example.com")
        session = self.make_session(
            date_begin="2024-12-09 07:00:00", date_end="2024-12-10 15:00:00"
        )
        self.make_registration(session, person)
        reminders = self.env["passport.renewal.reminder"]

        def made():
            before = reminders.search([])
            with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60):
                self.leave(reminders._cron_send)
            return len(reminders.search([]) - before)

        self.assertEqual(made(), 0)
        self.switch_on(TODAY, "renewal")
        self.assertEqual(made(), 0)
        step = self.open_step()
        line = step.line_ids.filtered(lambda line: line.kind == "renewal")
        line.since = date(2024, 1, 1)
        self.assertEqual((line.mail_count, line.people_count), (1, 1))
        self.switch_on(date(2024, 1, 1), "renewal")
        self.assertEqual(made(), 1)

    def test_a_supplied_mail_is_not_deleted(self):
        """The scheduled action that sends by it would stop for everybody."""
        supplied = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "mail.template")]
        )
        admin = self.env.ref("base.user_admin")
        own = self.env["mail.template"].with_user(admin)
        own = own.with_context(allowed_company_ids=admin.company_ids.ids)
        templates = own.browse(supplied.mapped("res_id"))
        self.assertGreater(len(templates), 5)
        for template in templates:
            with self.subTest(template=template.name), self.assertRaisesRegex(UserError, "archive"):
                template.unlink()
        templates[0].copy().unlink()

    def test_code_that_clears_templates_away_keeps_working(self):
        """Odoo's own tests of events do, as superuser."""
        templates = self.env["mail.template"].search([("model", "=", "event.registration")])
        self.assertIn(self.env.ref(f"{MODULE}.mail_template_convocation"), templates)
        templates.unlink()
        self.assertFalse(templates.exists())
