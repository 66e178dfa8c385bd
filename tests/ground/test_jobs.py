from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import MailCase

from ...models.ground.passport_job import KINDS
from ...models.ground.passport_job_worker import GIVEN_UP
from ..common import MODULE, NOW, PassportCase

BATCH = KINDS["convocation"].batch


@freeze_time(NOW)
@tagged("post_install", "-at_install", "passport")
class TestJobs(PassportCase, MailCase):
    """Long work in the background: resumed, failing, stopped, by whom; what is done is in other tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.speak_english()
        cls.jobs = cls.env["passport.job"]
        cls.cron = cls.env.ref(f"{MODULE}.ir_cron_jobs")
        people = cls.make_attendees([f"Stagiaire {one}" for one in range(2 * BATCH + 2)])
        cls.session = cls.make_session()
        cls.seats = cls.make_registrations(cls.session, people)

    def setUp(self):
        super().setUp()
        self.done, self.batches, self.failing = [], [], {}
        convocations = type(self.env["passport.convocations"])
        self.patch(convocations, "_job_batch", self.do_batch())

    def do_batch(self):
        case = self

        def _job_batch(service, seats, job):
            case.batches.append((service.env.uid, service.env.companies, seats.ids))
            for seat in seats:
                if error := case.failing.get(seat.id):
                    raise error
            case.done += seats.ids
            return {}

        return _job_batch

    def start(self, seats=None, role="event", **values):
        jobs = self.jobs.with_user(self.users[role]).with_context(
            allowed_company_ids=self.company.ids
        )
        seats = self.seats if seats is None else seats
        return jobs._start("convocation", seats, "Convocations", origin=self.session, **values)

    def run_jobs(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def turn(self, job):
        return self.env["passport.job.worker"]._turn(job.sudo())

    def test_from_the_first_to_the_last(self):
        job = self.start()
        self.assertEqual((job.state, job.total, job.progress), ("waiting", len(self.seats), 0))
        self.run_jobs()
        self.assertEqual(self.done, self.seats.ids)
        self.assertEqual([len(ids) for _uid, _companies, ids in self.batches], [BATCH, BATCH, 2])
        self.assertEqual(
            (job.state, job.done_count, job.left_count, job.progress),
            ("done", len(self.seats), 0, 100),
        )
        self.assertTrue(job.done_on)

    def test_as_who_asked(self):
        self.start(role="event")
        self.run_jobs()
        self.assertEqual({uid for uid, _companies, _ids in self.batches}, {self.users["event"].id})
        self.assertEqual(self.batches[0][1], self.company)

    def test_goes_on_where_it_stood(self):
        """A worker that dies undoes its batch; what was committed before is not done again."""
        job = self.start()
        self.turn(job)
        self.assertEqual((job.state, job.position), ("running", BATCH))
        with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            self.failing[self.seats[BATCH].id] = KeyboardInterrupt()
            self.turn(job)
        self.env.invalidate_all()
        self.assertEqual(job.position, BATCH)
        self.failing.clear()
        self.run_jobs()
        self.assertEqual(sorted(self.done), self.seats.ids)

    def test_one_that_fails(self):
        """The others are done, and the reason is told; neither the reason nor the log holds a number."""
        number = self.next_nir()
        first, second = self.seats[0], self.seats[BATCH]
        self.failing = {
            first.id: UserError(f"No name: {number}"),
            second.id: ValueError(f"Out of order: {number}"),
        }
        job = self.start()
        with self.assertLogs("odoo.addons.passeport_prevention", "ERROR") as log:
            self.run_jobs()
        self.assertNotIn(number, "".join(log.output))
        self.assertEqual(sorted(self.done), (self.seats - first - second).ids)
        self.assertEqual((job.state, job.left_count), ("done", 2))
        text = job.with_user(self.users["event"]).left_text
        self.assertIn(f"{first.display_name}: No name", text)
        self.assertIn(f"{second.display_name}: An unexpected error", text)
        self.assertNotIn(number, text)
        # What was mended in between is asked for again, the rest is not.
        self.failing.clear()
        self.done.clear()
        job.with_user(self.users["event"]).action_try_again()
        self.run_jobs()
        self.assertEqual(self.done, (first | second).ids)

    def test_tried_again_twice(self):
        """Who was done by the second job is not done once more from the first one's page."""
        first, second = self.seats[:2]
        self.failing = {first.id: UserError("No name"), second.id: UserError("No name")}
        job = self.start().with_user(self.users["event"])
        self.run_jobs()
        self.done.clear()
        del self.failing[first.id]
        again = job.action_try_again()
        self.run_jobs()
        self.assertEqual(self.done, first.ids)
        self.failing.clear()
        self.assertEqual(job.action_try_again(), again)
        self.run_jobs()
        self.assertEqual(self.done, first.ids)
        job.browse(again["res_id"]).action_try_again()
        self.run_jobs()
        self.assertEqual(self.done, (first | second).ids)

    def test_deleted_meanwhile(self):
        gone = self.seats[1]
        job = self.start()
        gone.unlink()
        self.run_jobs()
        self.assertEqual((job.state, job.left_count), ("done", 1))
        self.assertEqual(self.done, (self.seats - gone).ids)

    def test_somebody_else_was_first(self):
        """A batch that meets another one's change is done again, and not counted as failed."""
        job = self.start()
        self.env.flush_all()
        worker = type(self.env["passport.job.worker"])
        results = iter([SerializationFailure(), BATCH])

        def batch(_worker, _job):
            result = next(results)
            if isinstance(result, Exception):
                raise result
            return result

        with (
            patch.object(worker, "_batch", batch),
            patch.object(self.env.cr, "rollback") as rolled_back,
        ):
            self.assertEqual(self.turn(job), BATCH)
        rolled_back.assert_called_once_with()

    def test_a_conflict_is_no_failure(self):
        job = self.start()
        self.failing[self.seats[0].id] = SerializationFailure()
        with self.assertRaises(SerializationFailure):
            self.env["passport.job.worker"]._batch(job.sudo())
        self.assertFalse(job.left_count)

    def test_stopped_and_going_on(self):
        job = self.start().with_user(self.users["event"])
        self.turn(job)
        job.action_stop()
        self.assertEqual((job.state, self.turn(job)), ("stopped", 0))
        self.assertFalse(self.jobs._queued("convocation", self.seats))
        self.run_jobs()
        self.assertEqual(self.done, self.seats[:BATCH].ids)
        job.action_go_on()
        self.run_jobs()
        self.assertEqual(self.done, self.seats.ids)
        self.assertEqual(job.state, "done")

    def test_a_record_that_kills_the_worker(self):
        """It is found by going on one by one, and left; neither the others nor other jobs wait."""
        killer = self.seats[2]
        job = self.start().sudo()
        worker = self.env["passport.job.worker"]
        self.failing[killer.id] = KeyboardInterrupt()
        kills = 0
        while job.state in ("waiting", "running"):
            worker._begin(job)
            try:
                with self.env.cr.savepoint():
                    self.turn(job)
            except KeyboardInterrupt:
                kills += 1
            self.assertLess(kills, 10)
        self.assertEqual(kills, GIVEN_UP)
        self.assertEqual(set(self.done), set((self.seats - killer).ids))
        self.assertIn(f"{killer.display_name}: The server was stopped", job.left_text)

    def test_one_that_killed_comes_last(self):
        bad = self.start(self.seats[:1]).sudo()
        bad.attempts = 1
        self.start(self.seats[1:2], role="manager")
        self.run_jobs()
        self.assertEqual(self.done, self.seats[1::-1].ids)

    def test_each_in_turn(self):
        """A small job does not wait for the end of a big one."""
        self.start()
        small = self.start(self.seats[:1], role="manager")
        self.run_jobs()
        self.assertEqual(self.batches[1][2], self.seats[:1].ids)
        self.assertEqual(small.state, "done")

    def test_asked_twice_is_one_job(self):
        first = self.start(self.seats[:2])
        self.assertEqual(self.start(self.seats[1:3]), first)
        self.assertEqual((first.total, first.sudo().queue), (3, self.seats[:3].ids))
        self.turn(first)
        # One that runs is left alone, and so is somebody else's.
        self.assertNotEqual(self.start(self.seats[3:4]), first)
        self.assertNotEqual(self.start(self.seats[3:4], role="manager"), first)

    def test_asked_twice_in_more_companies(self):
        user = self.users["event"]
        user.company_ids |= self.other_company
        first = self.start(self.seats[:1])
        both = (self.company | self.other_company).ids
        jobs = self.jobs.with_user(user).with_context(allowed_company_ids=both)
        self.assertEqual(
            jobs._start("convocation", self.seats[1:2], "Convocations", origin=self.session), first
        )
        self.run_jobs()
        self.assertEqual(self.batches[0][1], self.company | self.other_company)

    def test_queued(self):
        job = self.start()
        with self.assertQueryCount(2):
            self.assertEqual(self.jobs._queued("convocation", self.seats), self.seats)
        self.turn(job)
        self.assertEqual(self.jobs._queued("convocation", self.seats), self.seats[BATCH:])
        self.assertFalse(self.jobs._queued("request", self.seats))
        text = self.jobs._under_way_text("convocation", self.seats)
        self.assertIn(f"{len(self.seats) - BATCH} of these attendees", text)
        self.assertIn("Test event", text)
        self.run_jobs()
        self.assertFalse(self.jobs._under_way_text("convocation", self.seats))

    def test_who_left_the_company(self):
        job = self.start()
        self.users["event"].active = False
        self.run_jobs()
        self.assertEqual((job.state, self.done), ("stopped", []))
        self.assertIn("Test event does not work here any more", job.stop_reason)

    def test_no_other_company_is_worked_in(self):
        """Companies that were taken from the user in between are none of the job's any more."""
        user = self.users["event"]
        user.company_ids |= self.other_company
        both = (self.company | self.other_company).ids
        self.jobs.with_user(user).with_context(allowed_company_ids=both)._start(
            "convocation", self.seats[:1], "Convocations", company=self.company
        )
        user.company_ids = self.company
        self.run_jobs()
        self.assertEqual(self.batches[0][1], self.company)

    def test_who_sees_and_stops(self):
        job = self.start()
        for role in ("user", "declarant", "sales", "internal"):
            with self.subTest(role=role):
                self.assertFalse(self.as_role(self.jobs, role).search([("id", "=", job.id)]))
                with self.assertRaises(AccessError):
                    self.as_role(job, role).action_stop()
        with self.assertRaises(AccessError):
            self.as_role(job, "portal").read(["name"])
        # Somebody else's work is done with their rights: a manager may stop it, no more.
        managers = self.as_role(job, "manager")
        managers.action_stop()
        self.assertEqual(job.state, "stopped")
        with self.assertRaises(AccessError):
            managers.action_go_on()
        stranger = self.users["manager"].copy(
            {"company_id": self.other_company.id, "company_ids": self.other_company.ids}
        )
        with self.assertRaises(AccessError):
            job.with_user(stranger).with_context(
                allowed_company_ids=self.other_company.ids
            ).action_stop()

    def test_nobody_writes(self):
        job = self.start()
        for role in ("event", "manager"):
            mine = self.as_role(job, role)
            for values in ({"queue": []}, {"user_id": 1}, {"state": "done"}, {"position": 5}):
                with self.subTest(role=role, values=values), self.assertRaises(AccessError):
                    mine.write(values)
            with self.assertRaises(AccessError):
                mine.read(["queue"])
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"name": "X", "kind": "convocation", "user_id": 1})

    def test_no_number(self):
        number = self.next_nir()
        with self.assertRaises(ValueError):
            self.start(options={"nir": number})
        job = self.jobs._start("convocation", self.seats, f"Convocations {number}")
        self.assertNotIn(number, job.name)

    def test_told_at_the_end(self):
        """Counts, no name: the notification may be an e-mail."""
        self.failing[self.seats[0].id] = UserError("No name.")
        self.users["event"].notification_type = "inbox"
        self.start()
        self.run_jobs()
        message = self.env["mail.message"].search(
            [
                ("model", "=", "passport.job"),
                ("partner_ids", "in", self.users["event"].partner_id.ids),
            ]
        )
        total = len(self.seats)
        self.assertIn(f"Convocations: {total - 1} of {total} done.", message.body)
        self.assertIn("Left: 1", message.body)
        self.assertNotIn(self.seats[0].name, message.body)

    def test_constant_queries(self):
        """What a batch costs besides the work itself does not grow with the queue."""
        job = self.start(self.seats[: BATCH + 1]).sudo()
        longer = self.start(role="manager").sudo()
        for one in (job, longer):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(11):
                self.turn(one)

    def test_forgotten(self):
        job = self.start()
        self.run_jobs()
        self.jobs.sudo()._gc_jobs()
        self.assertTrue(job.exists())
        job.sudo().done_on = fields.Datetime.subtract(fields.Datetime.now(), weeks=9)
        self.assertTrue(self.env["mail.message"].search([("model", "=", "passport.job")]))
        self.jobs.sudo()._gc_jobs()
        self.assertFalse(job.exists())
        self.assertFalse(self.env["mail.message"].search([("model", "=", "passport.job")]))
