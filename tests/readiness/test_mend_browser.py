from odoo.tests import HttpCase, tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestMendBrowser(HttpCase, PassportCase):
    """From a reason to the field where it is mended, in a browser."""

    def test_the_field_is_in_focus(self):
        person = self.make_attendee("Zoé Lefèvre", nir=False, birth_name=False)
        self.make_registration(attendee=person)
        self.env.flush_all()
        login = self.users["declarant"].login
        self.start_tour(
            "/odoo/passport-attendees", "passport_mend_each_reason", login=login, timeout=180
        )
