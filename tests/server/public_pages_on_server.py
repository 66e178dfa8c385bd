import re

from .common import ServerCase, number_of

FIELD = re.compile(r'name="(name|nir|birth_name)-([0-9A-F-]{14})"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')
NAMES = ("Zoé Martin", "Ali Ben", "Théo Riou")


class PublicPagesOnServer(ServerCase):
    """What employers and attendees save, in sessions where Odoo would send and commit in the middle."""

    def test_employer_names_the_seats(self):
        visitor = self.client("server_hr")
        path = f"/my/passport/orders/{self.data['order']}"
        status, page = visitor.page(path)
        self.assertEqual(status, 200)
        refs = list(dict.fromkeys(ref for _field, ref in FIELD.findall(page)))
        self.assertEqual(len(refs), 3, "two registrations, and a seat that has none yet")
        token = next(filter(None, TOKEN.search(page).groups()))
        form = {"csrf_token": token, "submitted": "1"}
        for ref, name, serial in zip(refs, NAMES, (9101, 9102, 9103), strict=True):
            form |= {
                f"name-{ref}": name,
                f"nir-{ref}": number_of(serial),
                f"birth_name-{ref}": name.split()[-1].upper(),
            }
        status, _page = visitor.page(f"{path}/attendees", form)
        self.assertEqual(status, 200)
        found = self.records(
            "event.registration",
            [("sale_order_id", "=", self.data["order"]), ("state", "!=", "cancel")],
            ["name", "attendee_partner_id", "nir_state", "birth_name"],
        )
        self.assertEqual({row["name"] for row in found}, set(NAMES))
        self.assertEqual([row["nir_state"] for row in found], ["provided"] * 3)
        self.assertEqual({row["birth_name"] for row in found}, {"MARTIN", "BEN", "RIOU"})

    def test_attendee_answers_the_personal_form(self):
        visitor = self.client()
        status, page = visitor.page(self.data["link"])
        self.assertEqual(status, 200)
        self.assertIn('name="nir"', page)
        answer = {"nir": number_of(9201), "birth_name": "KERJEAN", "notice": "1"}
        status, page = visitor.page(self.data["link"], answer)
        self.assertEqual(status, 200)
        (row,) = self.records(
            "event.registration", [("id", "=", self.data["asked"])], ["nir_state", "birth_name"]
        )
        self.assertEqual((row["nir_state"], row["birth_name"]), ("provided", "KERJEAN"))
        _status, page = visitor.page(self.data["link"])
        self.assertNotIn('name="nir"', page, "used up")
