from odoo.tests import HttpCase, tagged

from .common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestWalkBrowser(HttpCase, PassportCase):
    """Every screen behind the app's menus opens in a browser, and its texts are easy to read."""

    def test_screens(self):
        session = self.make_session()
        self.make_registrations(
            session, self.make_attendees(["Ada Nevez", "Yves Autret"], nir=False)
        )
        self.make_deposit(self.make_ready(2))
        self.make_session(date_begin="2027-01-09 07:00:00", date_end="2027-01-10 15:00:00")
        for role in ("manager", "user"):
            with self.subTest(role=role):
                self.env.flush_all()
                login = self.users[role].login
                self.start_tour("/odoo/passport", "passport_walk_screens", login=login, timeout=300)
