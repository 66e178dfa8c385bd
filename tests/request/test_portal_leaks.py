from odoo.tests import tagged

from ..common_portal import PortalCase
from ..vault.test_leaks import PREFIX, LeakCase, number, spaced


@tagged("post_install", "-at_install", "passport")
class TestPortalLeaks(PortalCase, LeakCase):
    """No NIR that goes through the employer's space is anywhere in clear afterwards."""

    def test_none_anywhere(self):
        page = self.url_of(self.order)
        with self.debug_log() as log:
            self.login(self.hr)
            wrong = number(2)[:-2] + ("10" if number(2)[-2:] != "10" else "11")
            seen = [
                self.save(
                    self.order,
                    [{"name": "Zoé Martin", "nir": spaced(number(1))}, {"name": "X", "nir": wrong}],
                ),
                self.post(f"{page}/remark", {"remark": f"Son numéro : {spaced(number(3))}"}),
                self.post(
                    f"{page}/establishment", {"siret": number(4), "establishment": number(4)}
                ),
            ]
            sheet = self.get(f"{page}/sheet").content
            rows = [{}, {"name": "Éric Petit", "nir": number(5)}, {"name": "Y", "nir": wrong}]
            kept = self.upload(self.order, self.fill(sheet, rows))
            seen += [kept, self.get(kept.headers["Location"])]
        # While the sheet waits; outside the log, since the search itself names what it looks for.
        self.assertEqual(self.leaks_in_database(), [])
        with self.debug_log() as log_of_keeping:
            seen.append(self.post(f"{kept.headers['Location']}/keep"))
            given_up = self.upload(self.order, self.fill(sheet, rows))
            seen += [given_up, self.get(page), self.get("/my/passport?show=all")]
        people = self.order.order_line.registration_ids.attendee_partner_id
        self.assertIn("provided", people.mapped("nir_state"))
        for response in seen:
            self.assertFalse(self.leaks_in(f"{response.url} {response.headers} {response.text}"))
        self.assertEqual(self.leaks_in_database(), [])
        self.assertEqual(self.leaks_in_filestore(), [])
        self.assertEqual(self.leaks_in_attachments(), [])
        for stream in (log, log_of_keeping):
            self.assertIn("INSERT INTO", stream.getvalue())
            self.assertEqual(self.leaks_in(stream.getvalue()), [])
        self.assertTrue(number(1).startswith(PREFIX))
