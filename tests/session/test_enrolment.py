import csv
import io
from datetime import timedelta
from time import process_time
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools import siret
from ..common import NOW, SIRET_CLIENT, PassportCase

HEADER = ("Civilité", "Nom", "Prénom", "Nom de naissance", "N° Sécu", "Clé", "E-mail", "SIRET")


def spaced(number):
    return f"{number[0]} {number[1:3]} {number[3:5]} {number[5:7]} {number[7:10]} {number[10:13]}"


class EnrolmentCase(PassportCase):
    """A session to come, and lists of people for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coming = cls.make_session(
            date_begin=NOW + timedelta(days=10), date_end=NOW + timedelta(days=11)
        )

    def setUp(self):
        super().setUp()
        self.service = self.as_role(self.env["passport.enrolment"], "declarant")
        self.mine = self.as_role(self.coming, "declarant")
        self.booker = self.as_role(self.client, "declarant")

    # ------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------

    def row(self, last="LE BIHAN", first="Maëlle", number=None, **values):
        number = self.next_nir() if number is None else number
        return {
            "Civilité": "",
            "Nom": last,
            "Prénom": first,
            "Nom de naissance": "",
            "N° Sécu": spaced(number) if number else "",
            "Clé": number[13:],
            "E-mail": "",
            "SIRET": "",
            **values,
        }

    def workbook(self, *rows, above=(), below=(), header=HEADER):
        book = openpyxl.Workbook()
        sheet = book.active
        for line in above:
            sheet.append([line])
        sheet.append(header)
        for row in rows:
            sheet.append([row.get(name) for name in header])
        for line in below:
            sheet.append([line])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def csv(self, *rows, encoding="cp1252"):
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows([row.get(name) for name in HEADER] for row in rows)
        return stream.getvalue().encode(encoding)

    def preview(self, content, **values):
        values = {"client": self.booker, **values}
        return self.service._preview(self.mine, "liste.xlsx", content, **values)

    def keep(self, content, **values):
        registrations = self.service._keep(self.preview(content, **values))
        self.env.flush_all()
        return self.coming.env["event.registration"].browse(registrations.ids)

    def number_of(self, person):
        return self.as_role(person, "declarant").nir.replace(" ", "")

    def make_order(self, quantity):
        product = self.training.product_variant_id
        ticket = self.env["event.event.ticket"].create(
            {"event_id": self.coming.id, "name": "Place", "product_id": product.id}
        )
        line = {
            "product_id": product.id,
            "event_id": self.coming.id,
            "event_ticket_id": ticket.id,
            "product_uom_qty": quantity,
        }
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
            }
        )
        order.action_confirm()
        return order


@tagged("post_install", "-at_install", "passport")
class TestEnrolment(EnrolmentCase):
    """A client's list: looked at first, nothing written; then the good rows are kept, without a mail."""

    # ------------------------------------------------------------
    # Looking
    # ------------------------------------------------------------

    def test_number_in_another_column(self):
        """It is told for its row, and neither kept in clear nor a reason to lose the other rows."""
        cases = {
            "Prénom": "{shown}",
            "Nom de naissance": "MOREL {shown}",
            "E-mail": "m{packed}@client.example",
            "Référence": "{shown}",
            "Téléphone": "{packed}",
        }
        for column, written in cases.items():
            number = self.next_nir()
            shown = written.format(shown=spaced(number), packed=number)
            rows = (
                self.row(f"GRALL {column}"),
                self.row(**{"last": f"MOREL {column}", "number": "", column: shown}),
            )
            rows[0].setdefault(column, "")
            with self.subTest(column=column):
                content = self.workbook(*rows, header=(*HEADER, *({column} - set(HEADER))))
                good, bad = self.preview(content)
                self.assertEqual(good.messages, [])
                self.assertEqual(len(bad.messages), 1)
                self.assertNotIn(number[5:13], str(bad.__dict__).replace(" ", ""))
                kept = self.keep(content)
                self.assertIn(good.name, kept.mapped("name"))

    def test_nothing_is_written(self):
        before = self.coming.env["res.partner"].search_count([])
        rows = self.preview(self.workbook(self.row()))
        self.assertEqual([(row.name, row.status) for row in rows], [("Maëlle LE BIHAN", "new")])
        self.env.flush_all()
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertFalse(self.coming.registration_ids)

    def test_row_tells_itself_but_for_its_number(self):
        number = self.next_nir()
        (row,) = self.preview(self.workbook(self.row(number=number)))
        self.assertEqual((row["name"], row["nir"], row["birth_name"]), (row.name, number[:13], ""))
        self.assertNotIn(number[:13], repr(row) + str([row]))

    def test_kinds_of_files(self):
        row = self.row(number=self.next_nir())
        pasted = "\n".join("\t".join(map(str, line)) for line in (HEADER, row.values()))
        titled = self.workbook(
            row, above=("CHANTIERS NAVALS", "Liste des participants", None), below=("TOTAL : 1",)
        )
        for content in (
            self.workbook(row),
            self.csv(row),
            self.csv(row, encoding="utf-8"),
            pasted,
            titled,
        ):
            with self.subTest(content=content[:10]):
                (found,) = self.preview(content)
                self.assertEqual((found.name, found.status), ("Maëlle LE BIHAN", "new"))
                self.assertTrue(found.nir)

    def test_what_cannot_be_read(self):
        for content, message in (
            (b"", "is empty"),
            (b"PK\x03\x04xx", "is damaged"),
            (b"a;b\n1;2\n", "no column of names"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self.preview(content)

    def test_who_is_known(self):
        number = self.next_nir()
        by_number = self.make_attendee("Anne MARTIN", nir=number)
        by_name = self.make_attendee("Jean-Noël KERVELLA", nir=False)
        stranger = self.make_attendee("Awa N'DIAYE", nir=False, parent_id=False)
        rows = self.preview(
            self.workbook(
                self.row("DURAND", "Anne", number),
                self.row("Kervella", "Jean-Noel"),
                self.row("N'DIAYE", "Awa"),
            )
        )
        self.assertEqual([row.status for row in rows], ["known", "known", "new"])
        self.assertEqual(rows[0].partner | rows[1].partner, by_number | by_name)
        self.assertIn("Known by the number as", rows[0].messages[0])
        self.assertNotIn(stranger, rows[2].partner)

    def test_official_spellings_of_one_name_are_one(self):
        person = self.make_attendee("Sören MÜLLER", nir=False)
        self.make_attendee("Renée PETIT", nir=False)
        rows = self.preview(self.workbook(self.row("MUELLER", "Soeren"), self.row("PETIT", "René")))
        self.assertEqual([row.status for row in rows], ["known", "new"])
        self.assertEqual(rows[0].partner, person)

    def test_who_is_registered_already(self):
        person = self.make_attendee("Anne MARTIN", nir=False)
        self.make_registration(self.coming, person, state="open")
        rows = self.preview(self.workbook(self.row("MARTIN", "Anne"), self.row()))
        self.assertEqual([row.status for row in rows], ["registered", "new"])
        self.assertEqual(
            self.keep(self.workbook(self.row("MARTIN", "Anne"), self.row())).mapped("name"),
            ["Maëlle LE BIHAN"],
        )

    def test_seats(self):
        self.coming.write({"seats_limited": True, "seats_max": 2})
        self.make_registration(self.coming, state="open")
        rows = self.preview(self.workbook(self.row(), self.row("RIOU", "Noé")))
        self.assertEqual([row.status for row in rows], ["new", "no_seat"])
        self.assertIn("No seat is left", rows[1].messages[0])

    def test_same_person_twice_and_one_number_for_two(self):
        number = self.next_nir()
        rows = self.preview(
            self.workbook(
                self.row(number=number), self.row(number=number), self.row("RIOU", "Noé", number)
            )
        )
        self.assertEqual([row.status for row in rows], ["new", "wrong", "new"])
        self.assertIn("twice: see row 2", rows[1].messages[0])
        self.assertEqual([row.nir for row in rows], ["", number[:13], ""])
        self.assertIn("row 4", rows[0].messages[0])

    def test_numbers_that_are_wrong(self):
        number = self.next_nir()
        for values, message in (
            ({"N° Sécu": "1,85047E+14", "Clé": ""}, "Excel shortened"),
            ({"N° Sécu": number[:13], "Clé": "00"}, "does not fit"),
            ({"N° Sécu": number[:9], "Clé": ""}, "15 characters"),
        ):
            with self.subTest(message=message):
                (row,) = self.preview(self.workbook({**self.row(number=number), **values}))
                self.assertEqual((row.status, row.nir), ("new", ""))
                self.assertIn(message, " ".join(row.messages))
                self.assertNotIn(number[:9], " ".join(row.messages))

    def test_employers(self):
        other = "00062841200017"
        self.assertIsNone(siret.problem_of(other))
        content = (
            "Nom;Prénom;Entreprise;SIRET\n"
            f"LE BIHAN;Maëlle;;{SIRET_CLIENT}\n"
            "RIOU;Noé;Chantiers Roscadec;62841200017\n"
            f"MARTIN;Anne;;{other}\n"
            "LEROY;Éric;;\n"
            "PETIT;Paul;;123\n"
        )
        rows = self.preview(content)
        self.assertEqual([row.employer for row in rows][::3], [self.booker, self.booker])
        self.assertIn("it is created", rows[1].messages[0])
        self.assertIn("choose or create", rows[2].messages[0])
        self.assertIn("14 digits", rows[4].messages[0])
        seats = self.keep(content)
        self.assertEqual(seats[1].employer_id.company_registry, other)
        self.assertEqual(seats[1].employer_id.name, "Chantiers Roscadec")
        self.assertEqual(seats[1].attendee_partner_id.parent_id, seats[1].employer_id)
        self.assertEqual(seats[0].employer_id, self.client)

    # ------------------------------------------------------------
    # Keeping
    # ------------------------------------------------------------

    def test_kept(self):
        one, two = self.next_nir(), self.next_nir()
        seats = self.keep(
            self.workbook(
                self.row(number=one, **{"Nom de naissance": "CORRE", "E-mail": "m@x.example"}),
                self.row("KERVELLA", "Jean-Noël", two),
                self.row(number=one),
            )
        )
        self.assertEqual(seats.mapped("name"), ["Maëlle LE BIHAN", "Jean-Noël KERVELLA"])
        self.assertEqual(seats.event_id, self.coming)
        self.assertEqual(seats.partner_id, self.client)
        people = seats.attendee_partner_id
        self.assertEqual(people.parent_id, self.client)
        self.assertEqual([person.birth_name for person in people], ["CORRE", False])
        self.assertEqual([self.number_of(person) for person in people], [one, two])
        self.assertEqual(people[0].email, "m@x.example")
        entry = self.env["passport.nir.access"].search(
            [("partner_id", "in", people.ids), ("action", "=", "write")], limit=1
        )
        self.assertEqual((entry.user_id, bool(entry.reason)), (self.users["declarant"], True))

    def test_what_is_known_stays(self):
        number, other = self.next_nir(), self.next_nir()
        person = self.make_attendee("Anne MARTIN", nir=number, birth_name="MARTIN")
        refusing = self.make_attendee("Paul PETIT", nir=False)
        refusing.sudo()._set_nir_state("refused")
        content = self.workbook(
            self.row("MARTIN", "Anne", other, **{"Nom de naissance": "AUTRE"}),
            self.row("PETIT", "Paul"),
        )
        rows = self.preview(content)
        self.assertIn("Another social security number is known", rows[0].messages[0])
        self.keep(content)
        self.assertEqual((self.number_of(person), person.birth_name), (number, "MARTIN"))
        self.assertEqual(refusing.nir_state, "refused")

    def test_number_of_another_contact_is_not_taken(self):
        number = self.next_nir()
        self.make_attendee("Tout Autre", nir=number, parent_id=False)
        person = self.make_attendee("Anne MARTIN", nir=False)
        self.keep(self.workbook(self.row("MARTIN", "Anne", number)))
        # Who holds the number is meant, and told.
        self.assertEqual(self.coming.registration_ids.attendee_partner_id.name, "Tout Autre")
        self.assertEqual(person.nir_state, "missing")

    def test_refusals(self):
        content = "Nom;Prénom;Refus;NIR\nMARTIN;Anne;oui;\nPETIT;Paul;;refuse de le donner\n"
        people = self.keep(content).attendee_partner_id
        self.assertEqual(set(people.mapped("nir_state")), {"refused"})

    def test_no_mail_now_or_later(self):
        template = self.env.ref("event.event_subscription")
        self.coming.event_mail_ids = [
            (
                0,
                0,
                {
                    "interval_unit": "now",
                    "interval_type": "after_sub",
                    "template_ref": f"mail.template,{template.id}",
                },
            )
        ]
        before = self.env["mail.mail"].sudo().search_count([])
        seats = self.keep(self.workbook(self.row(**{"E-mail": "m@x.example"})))
        self.assertEqual(seats.state, "open")
        self.env["event.mail"].sudo().schedule_communications()
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)
        self.assertTrue(self.coming.event_mail_ids.mail_registration_ids.mail_sent)

    def test_seats_of_an_order_are_filled(self):
        order = self.make_order(2)
        unnamed = order.order_line.registration_ids
        self.assertEqual(len(unnamed), 2)
        content = self.workbook(self.row(), self.row("RIOU", "Noé"), self.row("PETIT", "Paul"))
        line = self.as_role(order.order_line, "manager")
        self.users["declarant"].group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        preview = self.preview(content, order_line=line.with_user(self.users["declarant"]))
        self.assertEqual([row.status for row in preview], ["new", "new", "no_seat"])
        seats = self.service._keep(preview)
        self.assertEqual(seats.ids, unnamed.sorted("id").ids)
        self.assertEqual(seats.mapped("name"), ["Maëlle LE BIHAN", "Noé RIOU"])
        self.assertEqual(seats.sale_order_id.ids, order.ids)

    def test_looked_at_again_before_it_is_kept(self):
        preview = self.preview(self.workbook(self.row("MARTIN", "Anne")))
        self.make_registration(
            self.coming, self.make_attendee("Anne MARTIN", nir=False), state="open"
        )
        with self.assertRaisesRegex(UserError, "Nobody on this list"):
            self.service._keep(preview)

    def test_all_or_nothing_of_what_is_kept(self):
        preview = self.preview(self.workbook(self.row()))
        failing = patch.object(
            self.registry["passport.nir"], "_store", side_effect=UserError("keys")
        )
        with failing, self.assertRaises(UserError), self.env.cr.savepoint():
            self.service._keep(preview)
        self.assertFalse(self.coming.registration_ids)

    # ------------------------------------------------------------
    # Who may, and what it costs
    # ------------------------------------------------------------

    def test_who_may(self):
        content = self.workbook(self.row())
        for role in ("portal", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.env["passport.enrolment"], role)._preview(
                    self.as_role(self.coming, role), "x", content
                )

    def test_only_declarants_enter_and_find_numbers(self):
        number = self.next_nir()
        self.make_attendee("Tout Autre", nir=number, parent_id=False)
        content = self.workbook(self.row("MARTIN", "Anne", number), self.row())
        self.users["event"].group_ids |= self.env.ref("event.group_event_user")
        service = self.as_role(self.env["passport.enrolment"], "event")
        preview = service._preview(
            self.as_role(self.coming, "event"),
            "x",
            content,
            client=self.as_role(self.client, "event"),
        )
        self.assertEqual([row.status for row in preview], ["new", "new"])
        for row in preview:
            self.assertIn("only declarants", " ".join(row.messages))
        seats = service._keep(preview)
        self.assertEqual(set(seats.sudo().attendee_partner_id.mapped("nir_state")), {"missing"})

    def test_five_hundred_rows(self):
        rows = [
            self.row(f"NOM{chr(65 + n % 26)}{chr(65 + n // 26)}".upper(), "Jean")
            for n in range(500)
        ]
        content = self.workbook(*rows)
        self.preview(self.workbook(self.row()))
        start = process_time()
        preview = self.preview(content)
        took = process_time() - start
        self.assertEqual({row.status for row in preview}, {"new"})
        self.assertLess(took, 3)
        counts = [
            self.queries_of(lambda size=size: self.preview(self.workbook(*rows[:size])))
            for size in (5, 100)
        ]
        self.assertEqual(counts[0], counts[1])
