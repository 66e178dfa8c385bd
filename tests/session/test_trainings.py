from odoo.tests import Form, tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestTrainingsOfSession(PassportCase):
    """Several trainings in one session: the ticket's, else the session's, else the one chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.b1v = cls.make_training(name="Habilitation électrique B1V", validity_months=36)
        cls.br = cls.make_certifying_training(name="Habilitation électrique BR")
        cls.br.write({"passport_document": "jdr", "jdr_type": "HABILITATION", "jdr_name": "BR"})
        cls.session_elec = cls.make_session(cls.training, name="Habilitations électriques")
        cls.tickets = cls.env["event.event.ticket"].create(
            [
                {
                    "name": training.name,
                    "event_id": cls.session_elec.id,
                    "product_id": training.product_variant_id.id,
                }
                for training in (cls.b1v, cls.br)
            ]
        )
        # More tickets than one: the session's own training stays the one that was chosen.
        cls.session_elec.training_id = cls.training
        cls.zoe = cls.make_attendee("Zoé Lefèvre")

    def seat(self, **values):
        return self.make_registration(self.session_elec, self.zoe, **values)

    def test_ticket_s_training(self):
        seat = self.seat(event_ticket_id=self.tickets[0].id)
        self.assertEqual(seat.training_id, self.b1v)
        self.assertEqual(str(seat.validity_end_date), "2029-09-09")
        seat.event_ticket_id = self.tickets[1]
        self.assertEqual(seat.training_id, self.br)

    def test_session_s_training(self):
        self.assertEqual(self.seat().training_id, self.training)

    def test_ticket_that_only_says_a_price(self):
        product = self.env["product.product"].create(
            {"name": "Place", "type": "service", "service_tracking": "event"}
        )
        self.tickets[0].product_id = product
        seat = self.seat(event_ticket_id=self.tickets[0].id)
        self.assertEqual(seat.training_id, self.training)

    def test_ticket_of_something_that_is_no_training_of_ours(self):
        self.b1v.passport_exclusion = "trainer"
        seat = self.seat(event_ticket_id=self.tickets[0].id)
        self.assertEqual(seat.training_id, self.b1v)
        self.assertEqual(seat.passport_state, "not_concerned")

    def test_chosen_for_one_person_and_kept(self):
        seat = self.seat(event_ticket_id=self.tickets[0].id)
        seat.training_id = self.br
        seat.event_ticket_id = False
        self.session_elec.training_id = self.b1v
        self.assertEqual(seat.training_id, self.br)
        with Form(seat) as form:
            form.outcome = "passed"
        self.assertEqual(seat.training_id, self.br)
        self.assertEqual(seat.passport_document, "jdr")

    def test_session_s_training_changes_with_those_who_follow_it(self):
        seat = self.seat()
        chosen = self.seat(training_id=self.br.id)
        self.session_elec.training_id = self.b1v
        self.assertEqual((seat | chosen).mapped("training_id"), self.b1v | self.br)

    def test_passed_is_judged_by_the_own_training(self):
        attested, certified = self.seat(), self.seat(training_id=self.br.id)
        certified.action_outcome_passed()
        self.assertEqual(certified.outcome, "passed")
        with self.assertRaisesRegex(Exception, "attestation"):
            attested.action_outcome_passed()

    def test_one_convocation_and_one_line_to_sign(self):
        self.session_elec.write(
            {"date_begin": "2026-12-01 08:00:00", "date_end": "2026-12-02 16:00:00"}
        )
        seats = self.seat(state="open") | self.seat(training_id=self.br.id, state="open")
        other = self.make_registration(self.session_elec, self.make_attendee("Jo"), state="open")
        to_send = self.env["passport.convocations"]._to_send(seats | other)
        self.assertEqual(to_send, seats[0] | other)
        pages = self.env["passport.attendance.sheet"]._pages(self.session_elec)
        self.assertEqual(len(pages[0]["attendees"]), 2)
        trainings = self.env["passport.person.seats"]._trainings(seats | other)
        self.assertEqual(trainings[seats[1].id], self.training | self.br)
        self.assertEqual(trainings[other.id], self.training)
