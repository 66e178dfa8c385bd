from odoo.tests import tagged

from ...models.ground.passport_job import KINDS
from ..common import MODULE
from ..common_screens import PHONE, ScreensCase

BATCH = KINDS["convocation"].batch
BAR = ".o_passport_progress .o_progressbar_value"


@tagged("post_install", "-at_install", "passport")
class TestJobsBrowser(ScreensCase):
    """The bar of long work moves while somebody looks at it, without a click."""

    def setUp(self):
        super().setUp()
        self.training_session = self.env.ref(f"{MODULE}.session_b1_conserverie")
        # What the job does is not the matter: the ids stand for many attendees.
        seats = self.training_session.registration_ids[:1].browse(range(1, 2 * BATCH + 1))
        user = self.env["res.users"].search([("login", "=", "gestion")])
        jobs = self.env["passport.job"].with_user(user)
        company = self.training_session.company_id
        jobs = jobs.with_context(allowed_company_ids=company.ids)
        self.job = jobs._start("convocation", seats, "Convocations", company=company).sudo()
        worker = type(self.env["passport.job.worker"])
        self.patch(worker, "_work", lambda *_args: {})

    def turn(self):
        self.env["passport.job.worker"]._turn(self.job)
        self.env.flush_all()

    def wait_bar(self, page, percent):
        text = f"document.querySelector({BAR!r})?.textContent.replace(/\\D/g, '')"
        page.wait(f"{text} === '{percent}'", f"a bar at {percent} %")

    def test_form(self):
        with self.page("gestion") as page:
            self.go(page, f"/odoo/passport-jobs/{self.job.id}")
            self.wait_bar(page, 0)
            self.turn()
            self.wait_bar(page, 50)
            self.turn()
            self.wait_bar(page, 100)
            page.wait("!document.querySelector('button[name=action_stop]')", "nothing to stop")
            self.assertFalse(page.faults)

    def test_cards_on_a_phone(self):
        with self.page("gestion", PHONE) as page:
            self.go(page, "/odoo/passport-jobs")
            self.wait_bar(page, 0)
            self.turn()
            self.wait_bar(page, 50)
            self.assertFalse(page.faults)
