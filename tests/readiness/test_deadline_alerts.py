import re
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .test_deadline import DeadlineCase

ALERT_TYPE = "passeport_prevention.mail_activity_type_deadline"


class AlertCase(DeadlineCase):
    """Sessions of category 3 of September 2026 are due on 31/03/2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.passport_responsible_id = cls.users["manager"]
        cls.env["event.event"].search([]).passport_alerted_deadline = False

    def alerts(self, session, done=False):
        found = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", "event.event"),
                    ("res_id", "in", session.ids),
                    ("activity_type_id", "=", self.env.ref(ALERT_TYPE).id),
                ]
            )
        )
        return found.filtered(lambda alert: alert.active != done)

    def run_alerts(self, today=None, **kwargs):
        self.progress = []

        def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
            self.progress.append((processed, remaining))
            self.env.flush_all()
            return 60

        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(self.registry["ir.cron"], "_commit_progress", commit_progress):
            if today:
                with freeze_time(f"{today} 04:00:00"):
                    self.env["event.event"]._cron_passport_alerts(**kwargs)
            else:
                self.env["event.event"]._cron_passport_alerts(**kwargs)
        self.env.flush_all()
        self.env.invalidate_all()

    def session_to_declare(self, count=1, **values):
        session = self.make_session(**values)
        self.make_ready(count, session)
        return session


@tagged("post_install", "-at_install", "passport")
class TestDeadlineAlerts(AlertCase):
    def test_once_for_each_number_of_days(self):
        session = self.session_to_declare(3)
        told = []
        for today in (
            "2027-01-29",  # 61 days
            "2027-01-30",  # 60
            "2027-01-31",
            "2027-03-01",  # 30
            "2027-03-02",
            "2027-03-24",  # 7
            "2027-03-24",
            "2027-03-31",
            "2027-04-15",
        ):
            self.run_alerts(today)
            self.run_alerts(today)
            told.append(session.passport_alerted_days)
            self.assertLessEqual(len(self.alerts(session)), 1, "one per session")
        self.assertEqual(told, [0, 60, 60, 30, 30, 7, 7, 7, 7])
        alert = self.alerts(session)
        self.assertEqual(str(alert.date_deadline), "2027-03-31")
        self.assertEqual(alert.user_id, self.users["manager"])

    def test_done_by_hand_stays_done_until_the_next_one(self):
        session = self.session_to_declare()
        self.run_alerts("2027-01-30")
        self.alerts(session).action_feedback(feedback="Vu")
        self.run_alerts("2027-02-15")
        self.assertFalse(self.alerts(session))
        self.run_alerts("2027-03-01")
        self.assertEqual(len(self.alerts(session)), 1)

    def test_responsible(self):
        declarant = self.users["declarant"]
        gone = self.make_user("gone", "event.group_event_user")
        elsewhere = self.make_user("elsewhere", "event.group_event_user")
        sessions = [
            self.session_to_declare(name="A", user_id=declarant.id),
            self.session_to_declare(name="B", user_id=False),
            self.session_to_declare(name="C", user_id=gone.id),
            self.session_to_declare(name="E", user_id=elsewhere.id),
        ]
        gone.active = False
        # Works for another company by now, and sees nothing of this one.
        others = self.other_company
        elsewhere.write({"company_ids": [Command.set(others.ids)], "company_id": others.id})
        self.run_alerts("2027-03-01")
        self.assertEqual(
            [self.alerts(session).user_id for session in sessions],
            [declarant, *[self.users["manager"]] * 3],
        )
        self.company.passport_responsible_id = False
        nobody = self.session_to_declare(name="D", user_id=False)
        self.run_alerts("2027-03-01")
        self.assertFalse(self.alerts(nobody))
        # As soon as there is somebody to tell, it is told.
        self.company.passport_responsible_id = declarant
        self.run_alerts("2027-03-01")
        self.assertEqual(self.alerts(nobody).user_id, declarant)

    def test_reassigned_alerts_stay_with_their_new_owner(self):
        session = self.session_to_declare(user_id=False)
        self.run_alerts("2027-01-30")
        self.alerts(session).write({"user_id": self.users["declarant"].id, "note": "Appelé"})
        self.run_alerts("2027-03-01")
        alert = self.alerts(session)
        self.assertEqual(alert.user_id, self.users["declarant"])
        self.assertIn("Appelé", alert.note)

    def test_days_of_the_company(self):
        self.company.passport_alert_days = "10"
        self.users["event"].company_ids |= self.other_company
        other = self.session_to_declare(
            company_id=self.other_company.id, name="Autre", user_id=self.users["event"].id
        )
        session = self.session_to_declare()
        self.run_alerts("2027-03-01")
        self.assertTrue(self.alerts(other))
        self.assertFalse(self.alerts(session))
        self.run_alerts("2027-03-21")
        self.assertEqual(session.passport_alerted_days, 10)
        self.company.passport_alert_days = ""
        never = self.session_to_declare(name="Jamais")
        self.run_alerts("2027-03-31")
        self.assertFalse(self.alerts(never))

    def test_closed_when_nothing_is_left(self):
        session = self.session_to_declare()
        self.run_alerts("2027-01-30")
        registration = session.registration_ids
        deposit = self.make_deposit(registration)
        self.run_alerts("2027-01-31")
        self.assertTrue(self.alerts(session), "prepared is not declared")
        self.file_of(deposit)
        self.as_role(deposit, "declarant").action_mark_deposited()
        self.assertFalse(self.alerts(session), "at once")
        self.assertEqual(len(self.alerts(session, done=True)), 1)
        deposit.line_ids._reject("NIR inconnu")
        self.run_alerts("2027-02-01")
        self.assertEqual(len(self.alerts(session)), 1, "told again")

    def test_closed_by_the_scheduled_action(self):
        for close in (
            lambda session: session.registration_ids.write({"state": "cancel"}),
            lambda session: session.write({"is_subcontracted": True}),
            lambda session: session.write({"active": False}),
            lambda session: session.write(
                {"date_end": "2026-09-10 16:00:00", "training_id": False}
            ),
        ):
            session = self.session_to_declare()
            self.run_alerts("2027-03-01")
            self.assertTrue(self.alerts(session))
            close(session)
            self.run_alerts("2027-03-02")
            self.assertFalse(self.alerts(session))
            self.run_alerts("2027-03-02")
            self.assertFalse(self.alerts(session))

    def test_other_activities_are_left_alone(self):
        session = self.session_to_declare()
        own = session.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.uid)
        self.run_alerts("2027-03-01")
        session.registration_ids.write({"state": "cancel"})
        self.run_alerts("2027-03-02")
        self.assertTrue(own.exists().active)

    def test_nobody_is_told_of_what_is_voluntary_or_has_nobody(self):
        voluntary = self.session_on("2026-04-10")
        self.make_ready(1, voluntary)
        empty = self.session_on("2026-07-10")
        self.run_alerts("2027-03-31")
        self.assertFalse(self.alerts(voluntary | empty))

    def test_new_deadline_is_told_anew(self):
        session = self.session_to_declare()
        self.run_alerts("2027-03-30")
        self.assertEqual(session.passport_alerted_days, 7)
        self.rule_2026.months_after_quarter = 7
        self.run_alerts("2027-03-31")
        self.assertEqual(session.passport_alerted_days, 30)
        self.assertEqual(str(self.alerts(session).date_deadline), "2027-04-30")

    def test_nothing_is_mailed(self):
        session = self.session_to_declare()
        mails = self.env["mail.mail"].search_count([])
        messages = len(session.message_ids)
        self.run_alerts("2027-03-01")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(len(session.message_ids), messages)

    def test_batches(self):
        sessions = self.env["event.event"].union(
            *(self.session_to_declare(name=f"Session {number}") for number in range(5))
        )
        self.run_alerts("2027-03-01", batch=2)
        self.assertEqual(len(self.alerts(sessions)), 5)
        self.assertEqual([remaining for _processed, remaining in self.progress], [5, 3, 1, 0])
        self.run_alerts("2027-03-01", batch=2)
        self.assertEqual(len(self.alerts(sessions)), 5)

    def test_scheduled_action(self):
        session = self.session_to_declare()
        self.env.flush_all()
        with self.enter_registry_test_mode(), freeze_time("2027-03-01 04:00:00"):
            self.env.ref("passeport_prevention.ir_cron_deadline_alerts").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.alerts(session)), 1)

    def test_a_batch_takes_a_constant_number_of_queries(self):
        alerts = self.env["passport.alerts"]

        def sessions(count):
            found = self.make_session()
            found |= self.env["event.event"].union(
                *(found.copy({"name": f"Session {number}"}) for number in range(count - 1))
            )
            self.env["event.registration"].create(
                [{"event_id": session.id, "name": "Zoé", "state": "done"} for session in found]
            )
            return found

        small, large = sessions(5), sessions(60)
        self.assertTrue(all((small | large).mapped("passport_is_pending")))
        with freeze_time("2027-03-01 04:00:00"):
            self.queries_of(lambda: alerts._alert(sessions(2)))
            few = self.queries_of(lambda: alerts._alert(small))
            self.assertEqual(self.queries_of(lambda: alerts._alert(large)), few)
            self.assertEqual(len(self.alerts(small | large)), 65)
            again = self.queries_of(lambda: alerts._alert(small))
            self.assertEqual(self.queries_of(lambda: alerts._alert(large)), again)
        (small | large).registration_ids.write({"state": "cancel"})
        few = self.queries_of(lambda: alerts._close(small))
        self.assertEqual(self.queries_of(lambda: alerts._close(large)), few)
        self.assertFalse(self.alerts(small | large))


@tagged("post_install", "-at_install", "passport")
class TestAlertSettings(AlertCase):
    def test_strict(self):
        for text in ("60/", "x", "30/30", "400", "60,30"):
            with self.subTest(text=text), self.assertRaises(ValidationError) as caught:
                self.company.passport_alert_days = text
            self.assertIn(text, str(caught.exception))
        with self.assertRaises(ValidationError):
            self.company.nir_overdue_months = 0

    def test_responsible_has_access(self):
        user = self.make_user("elsewhere", "event.group_event_user")
        user.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        with self.assertRaises(ValidationError):
            self.company.passport_responsible_id = user

    def test_manager_sets_them(self):
        with Form(self.as_role(self.env["passport.settings"], "manager")) as form:
            self.assertEqual(form.passport_alert_days, "60/30/7")
            self.assertEqual(form.passport_responsible_id, self.users["manager"])
            form.passport_alert_days = "90/15"
            form.passport_responsible_id = self.users["declarant"]
            form.nir_overdue_months = 6
        self.env.invalidate_all()
        self.assertEqual(self.company.passport_alert_days, "90/15")
        self.assertEqual(self.company.passport_responsible_id, self.users["declarant"])
        self.assertEqual(self.company.nir_overdue_months, 6)
        self.assertEqual(self.other_company.passport_alert_days, "60/30/7")


@tagged("post_install", "-at_install", "passport")
class TestDigest(AlertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["declarant"].email = "declarant@of.example"
        cls.users["manager"].email = "manager@of.example"

    def send(self, company=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["passport.digest"]._send(company or self.company)

    def late_session(self, **values):
        session = self.session_on("2026-01-15", self.make_training(passport_category="1"), **values)
        self.make_ready(2, session)
        return session

    def test_quiet_when_there_is_nothing_to_say(self):
        self.assertFalse(self.send())
        self.session_to_declare()  # ready, and due later
        voluntary = self.session_on("2026-04-10")
        self.make_registration(voluntary, self.make_attendee("Vol", nir=False))
        self.assertFalse(self.send())
        self.assertFalse(self.company.passport_digest_on)

    def test_what_is_late_and_blocked(self):
        late = self.late_session(name="CACES <en> retard")
        blocked = self.session_on("2026-09-10", name="SST bloqué")
        self.make_registration(blocked, self.make_attendee("Zoé Nomsecret", nir=False))
        mail = self.send()
        self.assertEqual(len(mail), 1)
        self.assertEqual(
            mail.recipient_ids,
            self.users["declarant"].partner_id | self.users["manager"].partner_id,
        )
        body = mail.body_html
        self.assertIn("CACES &lt;en&gt; retard", body)
        self.assertIn("SST bloqué", body)
        for session in (late, blocked):
            self.assertIn(f"/odoo/passport-sessions/{session.id}", body)
        self.assertNotIn("Nomsecret", body)
        self.assertNotIn("Personne", body)
        self.assertIn(self.company.name, mail.subject)
        digest = self.env["passport.digest"]._content(self.company)
        self.assertEqual((digest["late"]["attendees"], digest["late"]["sessions"]), (2, 1))
        self.assertEqual((digest["blocked"]["attendees"], digest["blocked"]["sessions"]), (1, 1))

    def test_headings_are_right_for_one(self):
        template = self.env.ref("passeport_prevention.mail_template_deadline_digest")
        text = re.sub(r"<[^>]+>", "", template.with_context(lang="en_US").body_html)
        for heading in ("Overdue attendees: 4", "Blocked attendees: 6"):
            self.assertIn(heading, text)

    def test_each_company_its_own(self):
        self.late_session(company_id=self.other_company.id)
        self.assertFalse(self.send())
        self.assertFalse(self.send(self.other_company), "nobody to tell")
        self.users["manager"].company_ids = [Command.link(self.other_company.id)]
        mail = self.send(self.other_company)
        self.assertEqual(mail.recipient_ids, self.users["manager"].partner_id)

    def test_each_reader_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.users["manager"].lang = "fr_FR"
        self.users["declarant"].lang = "en_US"
        self.late_session()
        mails = self.send()
        self.assertEqual(len(mails), 2)
        self.assertEqual(len({mail.recipient_ids for mail in mails}), 2)

    def test_long_lists_are_cut(self):
        training = self.make_training(passport_category="1")
        attendee = self.make_attendee()
        for number in range(23):
            session = self.session_on("2026-01-15", training, name=f"Retard {number:02d}")
            self.make_registration(session, attendee)
        digest = self.env["passport.digest"]._content(self.company)
        self.assertEqual(len(digest["late"]["rows"]), 20)
        self.assertEqual((digest["late"]["sessions"], digest["late"]["more"]), (23, 3))

    def test_scheduled_action_sends_once_a_week(self):
        self.late_session()
        sent = []
        cron = self.env.ref("passeport_prevention.ir_cron_deadline_digest")
        send = self.registry["passport.digest"]._send

        def spy(digest, company):
            mails = send(digest, company)
            sent.extend(mails.ids)
            return mails

        for today, count in [
            ("2026-10-19", 1),
            ("2026-10-19", 1),
            ("2026-10-23", 1),
            ("2026-10-26", 2),
        ]:
            self.env.flush_all()
            with (
                patch.object(self.registry["passport.digest"], "_send", spy),
                self.enter_registry_test_mode(),
                freeze_time(f"{today} 05:00:00"),
            ):
                cron.method_direct_trigger()
            self.env.invalidate_all()
            with self.subTest(today=today):
                self.assertEqual(len(sent), count)
