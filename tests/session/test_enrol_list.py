import base64
import io
from datetime import timedelta

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from ..common import NOW
from .test_enrolment import EnrolmentCase


@tagged("post_install", "-at_install", "passport")
class TestEnrolList(HttpCase, EnrolmentCase):
    """The dialog: sealed, checked, corrected, kept, forgotten."""

    def dialog(self, content, role="declarant", name="liste.xlsx", **values):
        dialogs = self.as_role(self.env["passport.enrol.list"], role)
        return dialogs.create(
            {
                "event_id": self.coming.id,
                "client_id": self.client.id,
                "upload": base64.b64encode(content),
                "file_name": name,
                **values,
            }
        )

    def stored(self):
        """Return all that the dialog's tables hold, without what separates digits."""
        self.env.flush_all()
        found = ""
        for table in ("list", "list_line", "list_column"):
            self.env.cr.execute(
                f"SELECT regexp_replace(to_jsonb(t)::text, '[^0-9a-zA-Z]', '', 'g')"
                f"  FROM passport_enrol_{table} t"
            )
            found += str(self.env.cr.fetchall())
        return found

    def test_checked_kept_and_told(self):
        number = self.next_nir()
        dialog = self.dialog(
            self.workbook(
                self.row(number=number), self.row("RIOU", "Noé", Clé="00"), self.row(number=number)
            )
        )
        self.assertFalse(dialog.upload)
        dialog.action_check()
        self.assertEqual((dialog.step, dialog.kept_count, dialog.rest_count), ("check", 2, 2))
        self.assertEqual(dialog.line_ids.mapped("status"), ["new", "new", "wrong"])
        self.assertEqual(dialog.line_ids.mapped("has_number"), [True, False, True])
        self.assertFalse(self.coming.registration_ids)
        self.assertNotIn(number[:13], self.stored())
        dialog.action_keep()
        self.assertEqual((dialog.step, dialog.kept_count, dialog.rest_count), ("done", 2, 2))
        self.assertEqual(
            self.coming.registration_ids.sorted("id").mapped("name"),
            ["Maëlle LE BIHAN", "Noé RIOU"],
        )
        self.assertNotIn(number[:13], self.stored())
        dialog.action_registrations()
        self.assertFalse(dialog.exists())

    def test_pasted_cells(self):
        number = self.next_nir()
        form = Form(
            self.as_role(self.env["passport.enrol.list"], "declarant").with_context(
                default_event_id=self.coming.id
            )
        )
        form.pasted = f"NOM\tPrénom\tN° Sécu\nLE BIHAN\tMaëlle\t{number}\n"
        dialog = form.save()
        self.assertFalse(dialog.pasted)
        self.assertNotIn(number[:13], self.stored())
        dialog.action_check()
        self.assertEqual(dialog.line_ids.mapped("name"), ["Maëlle LE BIHAN"])

    def test_columns_can_be_corrected_and_are_remembered(self):
        number = self.next_nir()
        content = f"Nom;Autre chose;Bidule\nX1;LE BIHAN Maëlle;{number}\n".encode()
        dialog = self.dialog(content)
        dialog.action_check()
        self.assertEqual(dialog.line_ids.status, "wrong")
        one, two, three = dialog.column_ids
        self.assertEqual((one.label, one.field), ("Nom", "last_name"))
        one.field, two.field, three.field = False, "name", "nir"
        dialog.action_check()
        self.assertEqual(
            (dialog.line_ids.name, dialog.line_ids.has_number), ("Maëlle LE BIHAN", True)
        )
        dialog.action_keep()
        again = self.dialog(content.replace(b"LE BIHAN Ma", b"LE BIHAN Ga"))
        again.action_check()
        self.assertEqual(again.line_ids.name, "Gaëlle LE BIHAN")
        # Of this client only.
        other = self.dialog(content, client_id=self.make_client("Autre", False).id)
        other.action_check()
        self.assertEqual(other.line_ids.status, "wrong")

    def test_the_rest_goes_back_as_a_file(self):
        number = self.next_nir()
        dialog = self.dialog(
            self.workbook(self.row(number=number), self.row("RIOU", "Noé", **{"N° Sécu": "12"}))
        )
        dialog.action_check()
        dialog.action_keep()
        self.env.flush_all()
        url = dialog.action_rest()["url"]
        self.authenticate("passport_declarant", "passport_declarant")
        response = self.url_open(url)
        self.assertEqual(
            (response.status_code, response.headers["Cache-Control"]), (200, "no-store")
        )
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1][1:3], ["RIOU", "Noé"])
        self.assertIn("15 ", rows[1][-1])
        # It is its user's alone, and ends after an hour.
        self.authenticate("passport_manager", "passport_manager")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.env.cr.execute(
            "UPDATE passport_enrol_list SET create_date = %s", (NOW - timedelta(hours=2),)
        )
        self.env.invalidate_all()
        self.env["passport.enrol.list"]._cron_forget()
        self.assertFalse(dialog.exists())

    def test_sealed_for_its_user(self):
        dialog = self.dialog(self.workbook(self.row()))
        copied = dialog.sudo().copy({"sealed": dialog.sudo().sealed})
        with self.assertRaisesRegex(UserError, "no longer be opened"):
            copied.with_user(self.users["declarant"])._content()
        for role in ("manager", "user"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(dialog, role).action_check()
        with self.assertRaises(AccessError):
            self.as_role(dialog, "declarant").read(["sealed"])

    def test_nothing_chosen(self):
        dialog = self.as_role(self.env["passport.enrol.list"], "declarant").create(
            {"event_id": self.coming.id}
        )
        with self.assertRaisesRegex(UserError, "Choose the file"):
            dialog.action_check()

    def test_name_of_the_file_holds_no_number(self):
        number = self.next_nir()
        dialog = self.dialog(self.workbook(self.row()), name=f"{number}.xlsx")
        self.assertEqual(dialog.file_name, "•••.xlsx")

    def test_from_an_order(self):
        order = self.make_order(2)
        user = self.users["declarant"]
        user.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        dialogs = self.as_role(self.env["passport.enrol.list"], "declarant")
        form = Form(dialogs.with_context(default_order_id=order.id))
        self.assertEqual(form.event_id.id, self.coming.id)
        self.assertEqual(form.client_id.id, self.client.id)
        form.pasted = "NOM\tPrénom\nLE BIHAN\tMaëlle\nRIOU\tNoé\nPETIT\tPaul\n"
        dialog = form.save()
        dialog.action_check()
        self.assertEqual(dialog.line_ids.mapped("status"), ["new", "new", "no_seat"])
        dialog.action_keep()
        self.assertEqual(
            order.order_line.registration_ids.sorted("id").mapped("name"),
            ["Maëlle LE BIHAN", "Noé RIOU"],
        )
        empty = order.copy()
        empty.order_line.unlink()
        with self.assertRaisesRegex(UserError, "no seat of a session"):
            Form(dialogs.with_context(default_order_id=empty.id))
