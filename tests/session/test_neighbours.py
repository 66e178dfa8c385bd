from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestNeighbours(PassportCase):
    """Other addons that say who attends; beside OCA's partner_event these are its own doings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session(
            date_begin="2030-03-01 08:00:00", date_end="2030-03-01 16:00:00"
        )
        cls.zoe = cls.make_attendee("Zoé Lefèvre", email="accueil@brehat.example")
        cls.paul = cls.env["event.registration"].create(
            {
                "name": "Paul Riou",
                "email": "paul@riou.example",
                "event_id": cls.session.id,
                "partner_id": cls.client.id,
            }
        )

    def test_an_address_makes_nobody_another(self):
        paul = self.paul.attendee_partner_id
        self.paul.email = "accueil@brehat.example"
        self.assertEqual((self.paul.name, self.paul.attendee_partner_id), ("Paul Riou", paul))
        new = self.paul.create(
            {
                "name": "Yves Autret",
                "email": "accueil@brehat.example",
                "event_id": self.session.id,
                "partner_id": self.client.id,
            }
        )
        self.assertEqual((new.name, new.attendee_partner_id.name), ("Yves Autret", "Yves Autret"))

    def test_contacts_of_another_name_give_nothing(self):
        self.paul.write({"attendee_partner_id": self.zoe.id, "name": "Paul Riou"})
        self.zoe.write({"name": "Zoé Lefèvre-Le Goff", "email": "zoe@brehat.example"})
        self.assertEqual(self.paul.name, "Paul Riou")
        self.assertTrue(self.paul.attendee_differs)
        self.assertIn("attendee_differs", self.paul.passport_issue_ids.mapped("code"))

    def test_what_is_kept(self):
        """Told without the other addon, too."""
        neighbours = self.env["passport.neighbours"]
        conference = self.env["event.registration"].create(
            {"name": "Théo Riou", "event_id": self.make_session(training_id=False).id}
        )
        self.company.passport_events_are_trainings = False
        key = "partner_event_merging"
        for seat, values, kept in (
            (self.paul, {"email": "a@b.example"}, True),
            (self.paul, {"name": "Paul"}, False),
            (conference, {"email": "a@b.example"}, False),
        ):
            found = neighbours._kept_by_name(seat, values)
            self.assertEqual(bool(found.env.context.get(key)), kept)
        both = self.paul | conference
        data = {"name": "X", "email": "x@y.example"}
        self.assertEqual(
            neighbours._following(both, data),
            [(conference, data), (self.paul, {"email": "x@y.example"})],
        )
        self.paul._assign_attendee({"attendee_partner_id": self.zoe.id})
        self.assertFalse(neighbours._following(both, data)[1][0])
