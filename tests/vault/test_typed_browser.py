from odoo.tests import HttpCase, tagged

from ..common import nir_with_key
from .test_typed import TypedCase

TYPED_IN_THE_LIST = nir_with_key("1850475006085")


@tagged("post_install", "-at_install", "passport")
class TestTypedBrowser(HttpCase, TypedCase):
    """A number typed by a declarant in a browser, as the web client keeps and shows it."""

    def tour(self, name, address):
        self.env.flush_all()
        login = self.users["declarant"].login
        self.start_tour(f"/odoo/{address}", name, login=login, timeout=180)
        self.env.invalidate_all()

    def test_on_a_contact_and_a_new_one(self):
        self.tour("passport_nir_typed_on_a_contact", f"m-res.partner/{self.zoe.id}")
        self.assertEqual(self.nir_of(self.zoe), "1 85 04 75 006 084 59")
        created = self.env["res.partner"].search([("name", "=", "Neuf Venu")])
        self.assertEqual(self.nir_of(created), "2 69 02 99 341 123 15")

    def test_in_the_list_of_what_is_missing(self):
        self.make_registration(attendee=self.zoe)
        self.tour("passport_nir_typed_in_the_list", "passport-entry")
        self.assertEqual(self.nir_of(self.zoe).replace(" ", ""), TYPED_IN_THE_LIST)
