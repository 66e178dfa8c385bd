from odoo.tests import tagged

from ..common import SIRET_OTHER_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestEmployerProposal(PassportCase):
    """Who employs whom, as far as a name typed or an address tells; a person accepts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.riou = cls.make_client("Riou & Fils", SIRET_OTHER_CLIENT, email="contact@riou.example")
        cls.riou.website = "https://www.riou-toiture.example"
        cls.session = cls.make_session()

    def seat(self, **values):
        return self.env["event.registration"].create(
            {"event_id": self.session.id, "name": "Ada Nevez", **values}
        )

    def test_what_is_proposed(self):
        for values, company in (
            ({"company_name": "RIOU & FILS"}, self.riou),
            ({"company_name": "Riou et Fils"}, None),
            ({"email": "ada@riou.example"}, self.riou),
            ({"email": "ada@riou-toiture.example"}, self.riou),
            ({"email": "ada@orange.fr"}, None),
            ({"email": "ada@riou.example", "without_employer": True}, None),
            ({"email": "ada@riou.example", "employer_id": self.client.id}, None),
            ({"email": "ada@riou.example", "partner_id": self.client.id}, None),
        ):
            with self.subTest(values=values):
                self.assertEqual(
                    self.seat(**values).employer_proposal_id, company or self.riou.browse()
                )

    def test_of_two_none(self):
        self.make_client("Riou (agence)", False, email="agence@riou.example")
        self.assertFalse(self.seat(email="ada@riou.example").employer_proposal_id)

    def test_not_another_training_bodys(self):
        self.riou.company_id = self.other_company
        self.assertFalse(self.seat(company_name="Riou & Fils").employer_proposal_id)

    def test_not_the_training_body_by_its_address(self):
        """Who has no address is registered with one of the training body's own."""
        own = self.company.partner_id
        own.email = "contact@atlantique.example"
        self.assertFalse(self.seat(email="accueil@atlantique.example").employer_proposal_id)
        seat = self.seat(company_name=own.name, name="B C")
        self.assertEqual(seat.employer_proposal_id, own)

    def test_accepted_for_many(self):
        seats = self.seat(company_name="Riou & Fils") | self.seat(
            name="B C", email="b@riou.example"
        )
        nobody = self.seat(name="D E", email="d@orange.fr")
        (seats | nobody).action_accept_employer()
        self.assertEqual(seats.employer_id, self.riou)
        self.assertFalse(nobody.employer_id)
        # A chosen employer stays, whatever the name says afterwards.
        seats[0].company_name = "Autre"
        self.assertEqual(seats[0].employer_id, self.riou)

    def test_constant_number_of_queries(self):
        def cost(count):
            seats = self.env["event.registration"].union(
                *(self.seat(name=f"P {n}", email=f"p{n}@riou.example") for n in range(count))
            )
            self.env.flush_all()
            return self.queries_of(lambda: seats.mapped("employer_proposal_id"))

        cost(1)
        self.assertLessEqual(cost(20), cost(5))
