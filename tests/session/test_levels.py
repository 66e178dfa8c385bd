from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..common import NOW, PassportCase


class LevelsCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bs = cls.make_training(name="Habilitation BS")
        cls.br = cls.make_training(name="Habilitation BR", passport_document="jdr")
        cls.br.write({"jdr_type": "HABILITATION", "jdr_name": "BR"})
        cls.event = cls.make_session(cls.br, name="Habilitations")
        cls.ana, cls.bob = cls.make_attendees(["Ana Riou", "Bob Le Gall"])
        cls.ana_br, cls.bob_br = cls.make_registrations(cls.event, cls.ana | cls.bob)
        cls.ana_bs = cls.make_registration(cls.event, cls.ana, training_id=cls.bs.id)
        (cls.ana_br | cls.bob_br | cls.ana_bs).outcome = False


@tagged("post_install", "-at_install", "passport")
class TestLevels(LevelsCase):
    """Several trainings in one session: people as rows, levels as columns to tick."""

    def sheet(self, role="user", event=None):
        return self.as_role(event or self.event, role).passport_levels_sheet()

    def test_one_row_for_each_person(self):
        sheet = self.sheet()
        self.assertEqual([row["name"] for row in sheet["trainings"]], [self.br.name, self.bs.name])
        ana, bob = sheet["people"]
        self.assertEqual((ana["name"], bob["name"]), ("Ana Riou", "Bob Le Gall"))
        self.assertEqual(set(ana["seats"]), {self.br.id, self.bs.id})
        self.assertEqual(set(bob["seats"]), {self.br.id})
        self.assertEqual(
            [ana["seats"][level.id]["good"] for level in (self.br, self.bs)], ["passed", "attended"]
        )

    def test_what_was_marked_and_what_is_declared(self):
        self.ana_br.outcome = "passed"
        self.declare(self.ana_br)
        cell = self.sheet()["people"][0]["seats"][self.br.id]
        self.assertEqual((cell["outcome"], cell["is_locked"]), ("passed", True))

    def test_cancelled_ones_are_left_out(self):
        self.bob_br.state = "cancel"
        self.assertEqual([row["name"] for row in self.sheet()["people"]], ["Ana Riou"])

    def test_not_before_it_begins(self):
        coming = self.make_session(
            self.br, date_begin=NOW + timedelta(days=1), date_end=NOW + timedelta(days=2)
        )
        with self.assertRaisesRegex(UserError, "has not begun"):
            self.sheet(event=coming)
        with self.assertRaises(UserError):
            coming.action_passport_levels()

    def test_other_company_s_session(self):
        with self.assertRaises(UserError):
            self.sheet(event=self.make_session(company_id=self.other_company.id))

    def test_button_only_where_there_are_several(self):
        self.assertTrue(self.event.has_levels)
        self.assertFalse(self.make_registration(self.make_session()).event_id.has_levels)

    def test_query_count_does_not_grow_with_the_attendees(self):
        few, many = self.make_session(self.br), self.make_session(self.br)
        self.make_ready(2, few)
        self.make_ready(12, many)
        self.env.flush_all()
        self.sheet()  # what is read once for all
        counts = []
        for event in (few, many):
            self.env.invalidate_all()
            counts.append(self.queries_of(lambda event=event: self.sheet("user", event)))
        self.assertEqual(*counts)


@tagged("post_install", "-at_install", "passport")
class TestLevelsBrowser(HttpCase, LevelsCase):
    def test_ticked(self):
        self.env.flush_all()
        login = self.users["user"].login
        address = f"/odoo/action-passeport_prevention.event_event_passport_action/{self.event.id}"
        self.start_tour(address, "passport_levels", login=login, timeout=180)
        self.env.invalidate_all()
        self.assertEqual(
            (self.ana_br.outcome, self.bob_br.outcome, self.ana_bs.outcome),
            ("failed", "passed", False),
        )
