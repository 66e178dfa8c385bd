from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import SIRET_OTHER_CLIENT, PassportCase
from ..vault.test_nir import NIR, OTHER_NIR


@tagged("post_install", "-at_install", "passport")
class TestNamesakes(PassportCase):
    """One person at several clients: proposed by name and birth name, never joined by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.make_client("Cimenterie du Trieux", SIRET_OTHER_CLIENT)
        cls.soren = cls.make_attendee("Søren Müller", nir=False, birth_name="MÜLLER")

    def another(self, name="Soeren Mueller", birth_name="Muller", nir=False, **values):
        values = {"parent_id": self.elsewhere.id, **values}
        return self.make_attendee(name, nir=nir, birth_name=birth_name, **values)

    def proposed(self, person=None, role="user"):
        return self.as_role(person or self.soren, role).passport_namesake_ids.ids

    def test_another_spelling_at_another_client(self):
        other = self.another()
        self.assertEqual(self.proposed(), other.ids)
        self.assertEqual(self.proposed(other), self.soren.ids)

    def test_who_is_not(self):
        for values in (
            {"name": "Sören Mulder"},
            {"birth_name": "RIOU"},
            {"birth_name": False},
            {"active": False},
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.another(**values)
                self.assertEqual(self.proposed(), [])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_two_numbers_are_two_people(self):
        other = self.another(nir=NIR)
        self.assertEqual(self.proposed(), other.ids, "one number says nothing")
        self.as_role(self.soren, "declarant").nir = OTHER_NIR
        self.env.invalidate_all()
        self.assertEqual(self.proposed(), [])
        self.as_role(self.soren, "declarant").nir = NIR
        self.env.invalidate_all()
        self.assertEqual(self.proposed(), other.ids)

    def test_all_of_them_are_listed(self):
        other = self.another()
        action = self.as_role(self.env["res.partner"], "user").action_passport_namesakes()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(found, self.soren | other)

    def test_for_users_of_the_passport(self):
        for role in ("internal", "sales"):
            with self.subTest(role=role), self.assertRaises(UserError):
                self.as_role(self.env["res.partner"], role).action_passport_namesakes()
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.soren, role).read(["passport_namesake_ids"])

    def test_foreign_contacts_are_not_named(self):
        self.another(company_id=self.other_company.id, parent_id=False)
        self.assertEqual(self.proposed(), [])

    def test_merged_with_its_history(self):
        other = self.another()
        theirs = self.make_registration(self.make_session(), other)
        mine = self.make_registration(self.make_session(name="Autre"), self.soren)
        action = self.soren.action_passport_merge_namesakes()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        wizard.dst_partner_id = self.soren
        wizard.action_merge()
        self.assertFalse(other.exists())
        self.assertEqual(self.soren.passport_registration_ids, theirs | mine)

    def test_query_count_does_not_grow(self):
        people = self.make_attendees(
            [f"Personne {index}" for index in range(20)], nir=False, birth_name="RIOU"
        )
        few = self.queries_of(lambda: people[:2].mapped("passport_namesake_ids"))
        self.env.invalidate_all()
        many = self.queries_of(lambda: people.mapped("passport_namesake_ids"))
        self.assertEqual(few, many)
