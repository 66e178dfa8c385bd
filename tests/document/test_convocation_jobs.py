from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import MailCase

from ...models.ground.passport_job import KINDS
from ..common import MODULE, NOW
from ..document_common import DocumentCase

AT_ONCE = 3
COUNT = KINDS["convocation"].batch + 2


@freeze_time(NOW)
@tagged("post_install", "-at_install", "passport")
class TestConvocationJobs(DocumentCase, MailCase):
    """Many convocations are sent in the background; few at once; none twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.speak_english()
        cls.company.passport_convocations_at_once = AT_ONCE
        cls.order = cls.make_order(COUNT)
        people = cls.make_attendees([f"Stagiaire {one}" for one in range(COUNT)])
        for number, person in enumerate(people):
            person.email = f"p{number}@brehat.example"
        cls.seats = cls.seat(cls.order, people)
        cls.convocations = cls.env["passport.convocations"]
        cls.jobs = cls.env["passport.job"]

    def dialog(self, seats=None, role="user"):
        session = self.as_role(self.session, role)
        action = session.env["passport.convocations"]._open_dialog(
            session, seats and session.env["event.registration"].browse(seats.ids)
        )
        return session.env["passport.convocation"].browse(action["res_id"])

    def turn(self, job):
        return self.env["passport.job.worker"]._turn(job.sudo())

    def finish(self, job):
        with self.mock_mail_gateway():
            self.go_through(job)

    def go_through(self, job):
        while self.turn(job):
            pass

    def letters(self, seats=None):
        seats = self.seats if seats is None else seats
        return (
            self.env["passport.letter"]
            .search([("kind", "=", "convocation"), ("registration_ids", "in", seats.ids)])
            .registration_ids
        )

    def test_few_at_once(self):
        few = self.seats[:AT_ONCE]
        with self.mock_mail_gateway():
            action = self.dialog(few).action_send()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(self.letters(), few)
        self.assertFalse(self.jobs.search([]))

    def test_many_in_the_background(self):
        action = self.dialog().action_send()
        self.assertEqual(action["res_model"], "passport.job")
        job = self.as_role(self.jobs.browse(action["res_id"]), "user")
        self.assertFalse(self.letters())
        self.finish(job)
        self.assertEqual(self.letters(), self.seats)
        self.assertEqual((job.state, job.done_count, job.left_count), ("done", COUNT, 0))
        self.assertEqual(len(self.env["passport.letter"].search([])), COUNT)
        action = job.action_origin()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (self.session._name, self.session.id)
        )

    def test_none_at_once(self):
        self.company.passport_convocations_at_once = 0
        action = self.dialog(self.seats[:1]).action_send()
        self.assertEqual(action["res_model"], "passport.job")

    def test_dialog_meanwhile(self):
        job = self.jobs.browse(self.dialog().action_send()["res_id"])
        other = self.dialog(role="event")
        self.assertFalse(other.registration_ids)
        self.assertIn(f"{COUNT} of these attendees", other.under_way_text)
        self.assertIn("Test user", other.under_way_text)
        chosen = self.dialog(self.seats, role="event")
        with self.assertRaisesRegex(UserError, "being sent in the background already"):
            chosen.action_send()
        # Those that are left once some were stopped can be sent again, the others are on their way.
        with self.mock_mail_gateway():
            self.turn(job)
        self.as_role(job, "user").action_stop()
        again = self.dialog(role="event")
        self.assertEqual(again.registration_ids, self.seats - self.letters())
        self.assertFalse(again.under_way_text)

    def test_two_clicks_at_the_same_moment(self):
        """Neither request saw the other's job: everybody gets one all the same."""
        first = self.jobs._start("convocation", self.seats, "One", origin=self.session)
        second = self.as_role(self.jobs, "user")._start(
            "convocation", self.seats, "Two", origin=self.session
        )
        self.assertNotEqual(first, second)
        self.finish(first)
        self.finish(second)
        self.assertEqual(len(self.env["passport.letter"].search([])), COUNT)
        self.assertEqual((second.state, second.left_count), ("done", COUNT))
        self.assertIn(
            f"{self.seats[0].display_name}: A convocation is on its way", second.left_text
        )

    def test_sent_anew_on_purpose(self):
        """Somebody who got one before may be chosen again."""
        self.seats.convocation_sent_on = "2026-10-01 08:00:00"
        job = self.jobs.browse(self.dialog(self.seats).action_send()["res_id"])
        self.finish(job)
        self.assertEqual(job.done_count, COUNT)

    def test_who_cancelled_meanwhile(self):
        job = self.jobs.browse(self.dialog().action_send()["res_id"])
        gone, lost = self.seats[0], self.seats[1]
        gone.state = "cancel"
        lost.email = lost.attendee_partner_id.email = False
        self.booker.email = self.client.email = False
        self.finish(job)
        self.assertEqual(self.letters(), self.seats - gone - lost)
        self.assertIn(f"{gone.display_name}: ", job.left_text)
        self.assertIn("The registration is not confirmed", job.left_text)
        self.assertIn(f"{lost.display_name}: No e-mail address.", job.left_text)

    def test_rights_are_those_of_then(self):
        """Who may not send convocations any more sends none."""
        job = self.jobs.browse(self.dialog().action_send()["res_id"])
        self.users["user"].group_ids = self.env.ref("base.group_user")
        self.finish(job)
        self.assertFalse(self.letters())
        self.assertEqual(job.left_count, COUNT)
        with self.assertRaises(AccessError):
            self.convocations.with_user(self.users["user"])._send_or_queue(self.seats)

    def test_by_the_scheduler(self):
        template = self.env.ref(f"{MODULE}.mail_template_convocation")
        scheduler = self.env["event.mail"].create(
            {
                "event_id": self.session.id,
                "interval_nbr": 10,
                "interval_unit": "days",
                "interval_type": "before_event",
                "template_ref": f"mail.template,{template.id}",
            }
        )
        with freeze_time("2026-10-31 10:00:00"), self.mock_mail_gateway():
            self.env["event.mail"].schedule_communications()
            job = self.jobs.search([])
            self.assertEqual((len(job), job.total, job.company_id), (1, COUNT, self.company))
            self.assertEqual(job.options, {"template": template.id})
            self.assertTrue(scheduler.mail_done)
            # Those who are late are not queued twice.
            self.env["event.mail"].schedule_communications()
            self.assertEqual(self.jobs.search([]).total, COUNT)
            self.go_through(job)
            self.assertEqual(self.letters(), self.seats)
            self.env["event.mail"].schedule_communications()
            self.assertEqual(self.jobs.search([]), job)

    def test_second_company(self):
        """Each training body says how many it sends at once."""
        self.other_company.passport_convocations_at_once = 100
        self.session.company_id = self.company
        _sent, jobs = self.convocations._send_or_queue(self.seats)
        self.assertEqual(jobs.company_id, self.company)
