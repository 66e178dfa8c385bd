import io
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import fields
from odoo.tests import freeze_time, tagged

from ...models.request import passport_form_attempt
from ...tools import attendee_sheet
from ..common import NOW, SIRET_CLIENT, nir_with_key
from ..common_portal import PortalCase


@tagged("post_install", "-at_install", "passport")
class TestPortalSheet(PortalCase):
    """The sheet for many attendees: down, up, checked, confirmed."""

    def setUp(self):
        super().setUp()
        self.login(self.hr)

    def sheet(self, rows=()):
        response = self.get(f"{self.url_of(self.order)}/sheet")
        self.assertEqual(response.status_code, 200)
        return self.fill(response.content, rows)

    def check(self, rows):
        """Upload a sheet filled with ``rows``; return the address of its check and the page."""
        response = self.upload(self.order, self.sheet(rows))
        self.assertEqual(response.status_code, 303)
        url = response.headers["Location"]
        page = self.get(url)
        self.assertEqual(page.status_code, 200)
        return url, " ".join(page.text.split())

    def people(self):
        return self.order.order_line.registration_ids.attendee_partner_id

    def row(self, name, **values):
        last = name.split()[-1].upper()
        return {"name": name, "nir": self.next_nir(), "birth_name": last, **values}

    # ------------------------------------------------------------
    # What comes down
    # ------------------------------------------------------------

    def test_sheet_has_a_row_for_each_who_lacks_something(self):
        self.save(self.order, [self.row("Zoé Martin")])
        rows = attendee_sheet.read_sheet(self.sheet())
        lacking = [seat for seat in self.seats(self.order) if seat.missing]
        self.assertEqual([row.values["ref"] for row in rows], [seat.ref for seat in lacking])
        self.assertEqual(len(rows), 2)

    def test_sheet_holds_no_number_and_no_birth_name(self):
        person = self.make_attendee("Zoé Lefèvre", birth_name="SECRETNAME")
        person.nir_entry = "1"  # to be typed again, so in the sheet
        registration = self.make_registration(attendee=person, partner_id=self.contact.id)
        content = self.get(f"{self.url_of(registration.event_id)}/sheet").content
        rows = attendee_sheet.read_sheet(content)
        self.assertEqual([row.values.get("name") for row in rows], ["Zoé Lefèvre"])
        self.assertEqual(set(rows[0].values), {"ref", "name"})

    # ------------------------------------------------------------
    # What goes up
    # ------------------------------------------------------------

    def test_good_rows_are_kept_once_confirmed(self):
        rows = [self.row("Zoé Martin", siret=SIRET_CLIENT), self.row("Éric Petit")]
        url, page = self.check(rows)
        self.assertIn("Rows that can be kept: 2", page)
        for row in rows:
            self.assertNotIn(row["nir"], page)
        self.assertFalse(self.people())
        answer = self.post(f"{url}/keep")
        self.assertEqual(answer.status_code, 303)
        people = self.people().sorted("name")
        self.assertEqual(people.mapped("name"), ["Zoé Martin", "Éric Petit"])
        self.assertEqual(set(people.mapped("nir_state")), {"provided"})
        for person, row in zip(people, rows, strict=True):
            stored = self.as_role(person, "declarant").nir.replace(" ", "")
            self.assertEqual(stored, row["nir"])
        self.assertEqual(self.order.order_line.registration_ids[0].employer_id, self.client)

    def test_second_answer_finds_nothing(self):
        url, _page = self.check([self.row("Zoé Martin")])
        self.post(f"{url}/keep")
        log = self.env["passport.nir.access"].search_count([])
        answer = self.post(f"{url}/keep")
        self.assertIn("has been answered", answer.text)
        self.assertEqual(self.env["passport.nir.access"].search_count([]), log)

    def test_given_up_is_forgotten(self):
        url, _page = self.check([self.row("Zoé Martin")])
        self.post(f"{url}/forget")
        self.assertIn("has been answered", self.get(url).text)
        self.assertFalse(self.people())
        self.assertFalse(
            self.env["passport.portal.upload"].sudo().search([("envelope", "!=", False)])
        )

    def test_errors_are_told_row_by_row_and_good_rows_wait(self):
        wrong = nir_with_key("1850475000001")[:-2] + "00"
        url, page = self.check(
            [
                self.row("Zoé Martin"),
                self.row("Éric Petit", nir=wrong),
                self.row("Anne Roux", siret="51234987900019"),
            ]
        )
        self.assertIn("Rows that will not be kept: 2", page)
        self.assertIn("Row 4</strong> <strong>Éric Petit", page)
        self.assertIn("The key of the social security number", page)
        self.assertIn("Row 5</strong> <strong>Anne Roux", page)
        self.assertIn("This SIRET is not one of your establishments", page)
        self.assertNotIn(wrong, page)
        self.post(f"{url}/keep")
        self.assertEqual(self.people().mapped("name"), ["Zoé Martin"])

    def test_rows_that_are_wrong_as_such(self):
        self.save(self.order, [{"name": "Zoé Martin"}])
        named, empty, other = (seat.ref for seat in self.seats(self.order))
        for rows, message in [
            ([{"name": "Paul Durand", "nir": self.next_nir()}], "were rows moved?"),
            ([{}, {"ref": named, "nir": self.next_nir()}], "is there twice"),
            ([{"ref": "0000-0000-0000"}], "is not one of this page"),
            ([{"ref": None, "nir": self.next_nir()}], "is already among the attendees"),
            ([{"ref": None, "name": None, "nir": self.next_nir()}], "is not one of this page"),
            ([{}, {"nir": self.next_nir()}], "Name the attendee first"),
            ([{}, {"name": "Paul Durand", "nir": "=1+1"}], "holds a formula"),
            ([{}, {"name": "Paul Durand", "nir": 1.5}], "something else than text"),
            ([{}, {"name": "Paul Durand", "siret": "123"}], "A SIRET has 14 digits"),
            ([{"email": "zoe@x.example"}], "cannot be changed here"),
        ]:
            with self.subTest(message=message):
                url, page = self.check(rows)
                self.assertIn(message, page)
                self.post(f"{url}/keep")
                self.assertEqual(self.people().nir_state, "missing")
        self.assertEqual(len({named, empty, other}), 3)

    def test_one_person_too_many_is_told_as_what_it_is(self):
        rows = [self.row(name) for name in ("Zoé Martin", "Éric Petit", "Anne Roux")]
        url, page = self.check([*rows, {"ref": None, **self.row("Awa N'Diaye")}])
        self.assertIn("Rows that can be kept: 3", page)
        self.assertIn("Seats ordered: 3. No seat is left for Awa N&#39;Diaye", page)
        self.assertNotIn("is not one of this page", page)
        self.post(f"{url}/keep")
        self.assertEqual(len(self.people()), 3)

    def test_a_person_added_below_takes_a_free_seat(self):
        url, page = self.check([{}, {}, {}, {"ref": None, **self.row("Awa N'Diaye")}])
        self.assertIn("Rows that can be kept: 1", page)
        self.post(f"{url}/keep")
        self.assertEqual(self.people().mapped("name"), ["Awa N'Diaye"])

    def test_sheet_that_people_have_changed(self):
        """The hidden row deleted, lines above, the help first; a NIR with a dash, a SIRET as a number."""
        number = self.next_nir()
        book = openpyxl.load_workbook(
            io.BytesIO(self.fill(self.get(f"{self.url_of(self.order)}/sheet").content, []))
        )
        sheet = book.worksheets[0]
        sheet["C3"], sheet["E3"] = "Zoé Martin", f"{number[:13]}-{number[13:]}"
        sheet["G3"] = int(SIRET_CLIENT)
        sheet["G3"].number_format = "0"
        sheet.delete_rows(1)
        sheet.row_dimensions[1].hidden = False
        sheet.insert_rows(1, 3)
        sheet["A1"] = "Nos stagiaires"
        book.move_sheet(book.worksheets[1], -1)
        stream = io.BytesIO()
        book.save(stream)
        page = self.get(self.upload(self.order, stream.getvalue()).headers["Location"]).text
        self.assertIn("Rows that can be kept: 1", page)
        self.assertIn("Zoé Martin", page)

    def test_a_list_of_the_client_s_own(self):
        self.save(self.order, [{"name": "Zoé Martin"}])
        numbers = [self.next_nir() for _turn in range(4)]
        content = (
            "Liste des participants;;;;\n"
            "NOM;Prénom;N° Sécu;Mail;SIRET\n"
            f"MARTIN;Zoé;{numbers[0]};zoe@x.example;\n"
            f"PETIT;Éric;{numbers[1]};eric@x.example;{SIRET_CLIENT}\n"
            f"ROUX;Anne;{numbers[2][:13]}00;;\n"
            f"N'DIAYE;Awa;{numbers[3]};;\n"
            "TOTAL;4;;;\n"
        ).encode("cp1252")
        response = self.upload(self.order, content, "liste.csv")
        self.assertEqual(response.status_code, 303)
        url = response.headers["Location"]
        page = " ".join(self.get(url).text.split())
        self.assertIn("Rows that can be kept: 2", page)
        self.assertIn("The key of the social security number", page)
        self.assertIn("No seat is left for Awa N&#39;DIAYE", page)
        for number in numbers:
            self.assertNotIn(number[:13], page)
        self.post(f"{url}/keep")
        people = self.people().sorted("name")
        self.assertEqual(people.mapped("name"), ["Zoé Martin", "Éric PETIT"])
        stored = [self.as_role(person, "declarant").nir.replace(" ", "") for person in people]
        self.assertEqual(stored, numbers[:2])
        # What is known elsewhere is not told, and an address of who is named is not changed.
        self.assertFalse(people[0].email)

    def test_names_and_numbers_given_twice(self):
        number = self.next_nir()
        _url, page = self.check(
            [
                self.row("Zoé Martin", nir=number),
                self.row("MARTIN Zoé"),
                self.row("Éric Petit", nir=number),
            ]
        )
        self.assertIn("already among the attendees", page)
        self.assertIn("The same number was typed for two people", page)
        self.assertIn("Rows that can be kept: 1", page)

    def test_unchanged_sheet_changes_nothing(self):
        _url, page = self.check([])
        self.assertIn("Your sheet changes nothing", page)

    def test_number_kept_meanwhile_is_not_replaced(self):
        self.save(self.order, [{"name": "Zoé Martin"}])
        url, page = self.check([{"nir": self.next_nir()}])
        self.assertIn("Rows that can be kept: 1", page)
        number = self.next_nir()
        self.as_role(self.people(), "declarant").nir_entry = number
        self.assertIn("This can no longer be changed here", self.get(url).text)
        self.post(f"{url}/keep")
        stored = self.as_role(self.people(), "declarant").nir.replace(" ", "")
        self.assertEqual(stored, number)

    # ------------------------------------------------------------
    # Files that are none
    # ------------------------------------------------------------

    def test_bad_files_are_refused_kindly(self):
        for content, message in [
            (b"", "Choose the sheet"),
            (b"nom;nir", "no column of names"),
            (b"\0\1\2", "it is no table"),
            (b"x" * (attendee_sheet.MAX_BYTES + 1), "too big"),
            (
                attendee_sheet.write_sheet(
                    "X", dict.fromkeys(attendee_sheet.COLUMNS, "x y"), [], "Y", []
                ),
                "holds no row",
            ),
        ]:
            with self.subTest(message=message):
                response = self.upload(self.order, content)
                self.assertEqual(response.status_code, 200)
                self.assertIn(message, response.text)
                self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_uploads_are_limited(self):
        with patch.dict(passport_form_attempt.LIMITS, employer_upload=(2, 60)):
            for _turn in range(2):
                self.assertIn("no column of names", self.upload(self.order, b"1;2").text)
            self.assertIn("please wait an hour", self.upload(self.order, b"x").text)
            self.login(self.hr2)
            self.assertIn("no column of names", self.upload(self.order, b"1;2").text)

    # ------------------------------------------------------------
    # Between the check and the answer
    # ------------------------------------------------------------

    def test_what_waits_is_sealed_and_bound(self):
        row = self.row("Zoé Martin")
        self.check([row])
        upload = self.env["passport.portal.upload"].sudo().search([], limit=1)
        self.env.cr.execute("SELECT * FROM passport_portal_upload")
        stored = str(self.env.cr.dictfetchall())
        self.assertNotIn(row["nir"], stored)
        self.assertNotIn("Martin", stored)
        self.assertTrue(upload._rows())
        for fname, value in (("place", "orders/0"), ("token", "x"), ("user_id", self.hr2.id)):
            copied = upload.copy({fname: value, "envelope": upload.envelope})
            with self.subTest(fname=fname):
                self.assertIsNone(copied._rows())

    def test_forgotten_after_an_hour(self):
        url, _page = self.check([self.row("Zoé Martin")])
        upload = self.env["passport.portal.upload"].sudo().search([], limit=1)
        self.env.cr.execute(
            "UPDATE passport_portal_upload SET create_date = %s",
            (fields.Datetime.now() - timedelta(hours=2),),
        )
        self.env.invalidate_all()
        self.assertIn("more than an hour old", self.get(url).text)
        with freeze_time(NOW):
            self.env["passport.portal.upload"]._cron_forget()
        self.assertFalse(upload.exists())
