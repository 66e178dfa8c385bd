from odoo.tests import Form, tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestSilence(PassportCase):
    """Events that are no trainings of ours: the addon says nothing, asks nothing, makes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.passport_events_are_trainings = False
        cls.seat = cls.env["product.template"].create(
            {"name": "Place de congrès", "type": "service", "service_tracking": "event"}
        )
        cls.event = cls.make_session(training_id=False, name="Congrès")
        cls.ticket = cls.make_ticket(cls.event, cls.seat)
        cls.visitor = cls.register("Théo Riou")

    @classmethod
    def make_ticket(cls, event, product):
        return cls.env["event.event.ticket"].create(
            {"name": "T", "event_id": event.id, "product_id": product.product_variant_id.id}
        )

    @classmethod
    def register(cls, name, **values):
        return cls.env["event.registration"].create(
            {
                "name": name,
                "email": "theo@brehat.example",
                "event_id": cls.event.id,
                "event_ticket_id": cls.ticket.id,
                "partner_id": cls.client.id,
                **values,
            }
        )

    def test_nothing_is_said(self):
        self.assertFalse(self.event.training_id)
        self.assertFalse(self.event.asks_training)
        self.assertFalse(self.event.passport_obligation)
        self.assertFalse(self.visitor.attendee_partner_id)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Théo Riou")]))
        self.assertRecordValues(
            self.visitor,
            [
                {
                    "training_id": False,
                    "passport_state": "not_concerned",
                    "passport_issue_ids": [],
                    "passport_issues": False,
                    "passport_is_pending": False,
                    "passport_deadline": False,
                }
            ],
        )
        self.visitor.write({"state": "done", "name": "Théo Le Riou"})
        self.assertEqual(self.visitor.passport_state, "not_concerned")
        self.assertFalse(self.visitor.attendee_partner_id)

    def test_nobody_of_them_is_ready(self):
        self.assertFalse(self.visitor._passport_ready())
        ((code, message, record),) = self.visitor._passport_issues()[self.visitor]
        self.assertEqual((code, record), ("no_training", self.event))
        self.assertIn("Congrès", message)

    def test_a_training_body_that_holds_nothing_else(self):
        self.company.passport_events_are_trainings = True
        self.assertTrue(self.event.asks_training)
        self.assertIn(self.event, self.event.search([("asks_training", "=", True)]))
        self.assertEqual(self.visitor.passport_state, "blocked")
        self.assertIn("training_missing", self.visitor.passport_issue_ids.mapped("code"))
        other = self.make_session(training_id=False)
        self.make_ticket(other, self.seat)
        self.assertEqual(other.training_id, self.seat)
        self.company.passport_events_are_trainings = False
        self.assertFalse(self.event.asks_training)
        self.assertNotIn(self.event, self.event.search([("asks_training", "=", True)]))
        self.assertEqual(self.visitor.passport_state, "not_concerned")
        self.assertFalse(self.visitor.passport_issue_ids)

    def test_another_training_body_says_nothing_of_ours(self):
        self.other_company.passport_events_are_trainings = False
        self.company.passport_events_are_trainings = True
        theirs = self.make_session(training_id=False, company_id=self.other_company.id)
        self.assertFalse(theirs.asks_training)
        self.assertTrue(self.event.asks_training)

    def test_given_to_a_training_body_that_holds_nothing_else(self):
        """Who was silent with one training body is asked for by the other."""
        self.other_company.passport_events_are_trainings = True
        self.assertTrue(self.visitor.passport_is_silent)
        self.event.company_id = self.other_company
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.visitor.passport_state, "blocked")
        self.assertFalse(self.visitor.passport_is_silent)
        self.event.company_id = self.company
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.visitor.passport_state, "not_concerned")

    def test_a_training_that_somebody_chose(self):
        self.event.training_id = self.seat
        self.assertEqual(self.visitor.training_id, self.seat)
        self.assertTrue(self.visitor.attendee_partner_id)
        self.assertEqual(self.visitor.passport_state, "not_concerned")
        self.assertEqual(self.visitor.passport_issue_ids.mapped("code"), ["not_eligible"])
        self.event.training_id = False
        self.assertFalse(self.visitor.passport_issue_ids)

    def test_the_ticket_of_a_training_of_ours(self):
        session = self.make_session(training_id=False)
        self.make_ticket(session, self.training)
        self.assertEqual(session.training_id, self.training)

    def test_what_it_costs_beside_plain_odoo(self):
        """Measured without the addon, for whom runs events: 3, 1, 2 and 7 queries."""
        self.env.flush_all()
        visitor = self.as_role(self.visitor, "event")
        event = self.as_role(self.event, "event")
        new = visitor.browse().with_context(default_event_id=event.id)
        dates = iter(("2026-09-10 14:00:00", "2026-09-10 13:00:00"))
        names = iter(("Théo Un", "Théo Deux"))
        for limit, function in (
            (4, lambda: Form(visitor)),
            (1, lambda: Form(new)),
            (3, lambda: visitor.write({"name": next(names)})),
            (9, lambda: event.write({"date_end": next(dates)})),
        ):
            function()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertLessEqual(self.queries_of(function), limit)
