from odoo.tests import Form, tagged

from ..common import PassportCase

PICK = {"show_siret": True, "formatted_display_name": True}
FORM = "passeport_prevention.res_partner_view_form_employer_pick"


@tagged("post_install", "-at_install", "passport")
class TestEmployerPick(PassportCase):
    """Where an employer is picked: told apart by SIRET and town, found by SIRET, made with one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brest = cls.make_client("Menuiseries", "732 829 320 00074", city="Brest")
        cls.vannes = cls.make_client("Menuiseries", "73282932000082", city="Vannes")

    def partners(self, role="user", **context):
        return self.as_role(self.env["res.partner"], role).with_context(**{**PICK, **context})

    def names(self, typed, role="user"):
        return dict(self.partners(role).name_search(typed, [("is_company", "=", True)]))

    def test_establishments_of_one_name_are_told_apart(self):
        names = self.names("Menuiseries")
        # As it is stored: OCA's l10n_fr_siret takes the spaces out.
        self.assertIn(f"{self.brest.company_registry} · Brest", names[self.brest.id])
        self.assertIn("73282932000082 · Vannes", names[self.vannes.id])

    def test_cells_and_links_keep_the_plain_name(self):
        partner = self.brest.with_context(show_siret=True)
        self.assertEqual(partner.display_name, "Menuiseries")
        self.assertEqual(
            self.brest.with_context(formatted_display_name=True).display_name, "Menuiseries"
        )

    def test_people_have_none(self):
        person = self.make_attendee("Anne Un")
        self.assertNotIn("·", self.partners().browse(person.id).display_name)

    def test_found_by_the_number_however_it_is_spaced(self):
        for typed in (
            "73282932000074",
            "732 829 320 00074",
            "732.829.320.00074",
            "732829320 00074",
        ):
            with self.subTest(typed=typed):
                self.assertEqual(set(self.names(typed)), {self.brest.id})
        self.assertEqual(set(self.names("732829320")), {self.brest.id, self.vannes.id})
        self.assertFalse(self.names("73282932000075"))
        # Spaced as nobody stores it: Odoo's own search, which knows such signs, finds nothing.
        self.assertFalse(self.names("732.829.320.0007%"))

    def test_elsewhere_the_search_is_odoo_s(self):
        plain = self.as_role(self.env["res.partner"], "user")
        self.assertFalse(plain.name_search("732829320 00074"))

    def test_number_typed_in_the_cell_is_the_siret_of_the_new_one(self):
        context = {"default_name": "732 829 320 00090", "default_is_company": True}
        form = Form(self.partners("declarant", **context), FORM)
        self.assertFalse(form.name)
        self.assertEqual(form.company_registry, "73282932000090")
        form.name = "Menuiseries, Lorient"
        made = form.save()
        self.assertTrue(made.is_company)
        self.assertEqual(made.company_registry, "73282932000090")
        form = Form(self.partners("declarant", default_name="Les Trois 8"), FORM)
        self.assertEqual(form.name, "Les Trois 8")

    def test_wrong_number_is_told(self):
        registry = {"company_registry": "73282932000075", "country_id": self.env.ref("base.fr").id}
        result = self.partners().onchange(
            registry, ["company_registry"], {name: {} for name in (*registry, "l10n_fr_is_french")}
        )
        self.assertIn("SIRET", result["warning"]["message"])

    def test_link_opens_the_whole_contact(self):
        picked = self.brest.with_context(show_siret=True, form_view_ref=FORM)
        self.assertNotIn("form_view_ref", picked.get_formview_action()["context"])
