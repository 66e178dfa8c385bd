from datetime import timedelta

from lxml import etree

from odoo.tests import tagged

from ..common import NOW, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestSessionSteps(PassportCase):
    """What is next in a session, said of it, of its lists and of their groups alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        day = timedelta(days=1)
        cls.session = cls.make_session()
        cls.anne, cls.bruno = cls.make_registrations(
            cls.session, cls.make_attendees(["Anne Un", "Bruno Deux"])
        )
        cls.coming = cls.make_session(date_begin=NOW + day, date_end=NOW + 2 * day)
        cls.running = cls.make_session(date_begin=NOW - day, date_end=NOW + day)
        cls.empty = cls.make_session()
        cls.events = cls.session | cls.coming | cls.running | cls.empty

    def step(self, event=None):
        self.env.invalidate_all()
        return self.as_role(event or self.session, "user").passport_step

    def test_by_its_dates(self):
        self.assertEqual(
            [self.step(event) for event in (self.coming, self.running, self.empty)],
            ["6_coming", "5_running", "7_done"],
        )

    def test_from_the_attendance_to_the_answer(self):
        (self.anne | self.bruno).outcome = False
        self.assertEqual(self.step(), "1_mark")
        self.anne.outcome = "attended"
        self.assertEqual(self.step(), "1_mark")
        self.bruno.outcome = "attended"
        self.assertEqual(self.step(), "2_declare")
        self.bruno.employer_id = False
        self.assertEqual(self.step(), "2_declare")
        self.declare(self.anne)
        self.assertEqual(self.step(), "3_complete")
        self.bruno.outcome = "absent"
        self.assertEqual(self.step(), "4_answer")
        self.bruno.state = "cancel"
        self.assertEqual(self.step(), "4_answer")

    def test_who_is_cancelled_is_not_waited_for(self):
        (self.anne | self.bruno).outcome = False
        (self.anne | self.bruno).state = "cancel"
        self.assertEqual(self.step(), "7_done")

    def test_lists_and_groups_say_the_same(self):
        events = self.as_role(self.env["event.event"], "user")
        here = [("id", "in", self.events.ids)]
        for event in self.events:
            found = events.search([("passport_step", "=", event.passport_step), *here])
            self.assertIn(event, found)
            rest = events.search([("passport_step", "!=", event.passport_step), *here])
            self.assertEqual(found | rest, self.events)
            self.assertFalse(found & rest)
        groups = events._read_group(here, ["passport_step"], ["id:recordset"])
        self.assertEqual(
            [(step, set(found.ids)) for step, found in groups],
            [
                (step, set(self.events.filtered(lambda e, s=step: e.passport_step == s).ids))
                for step in sorted(set(self.events.mapped("passport_step")))
            ],
        )
        self.assertTrue(events.fields_get(["passport_step"])["passport_step"]["groupable"])
        both = events._read_group(here, ["passport_step", "date_end:quarter"], ["__count"])
        self.assertEqual(sum(count for *_keys, count in both), len(self.events))

    def test_not_yet_saved(self):
        self.assertFalse(self.env["event.event"].new({}).passport_step)

    def test_as_many_queries_for_many(self):
        counts = []
        for events in (self.session, self.events):
            self.env.flush_all()
            self.env.invalidate_all()
            counts.append(self.queries_of(lambda events=events: events.mapped("passport_step")))
        self.assertEqual(*counts)

    def test_screens_of_sessions_use_no_word_of_conferences(self):
        action = self.env.ref("passeport_prevention.event_event_passport_action")
        model = self.as_role(self.env["event.event"], "user")
        views = model.get_views([*action.views, (action.search_view_id.id, "search")])["views"]
        for kind in ("list", "kanban", "calendar"):
            arch = etree.fromstring(views[kind]["arch"])
            words = " ".join([*arch.itertext(), *arch.xpath("//@string"), *arch.xpath("//@title")])
            for word in ("Event", "Attendees", "Venue", "Registration"):
                with self.subTest(kind=kind, word=word):
                    self.assertNotIn(word, words)
