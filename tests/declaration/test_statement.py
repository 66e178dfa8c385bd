import io
from datetime import date
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from ..common import SIRET_OTHER_CLIENT, PassportCase
from ..common_portal import PortalCase

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


class StatementCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.service = cls.env["passport.statement"].with_company(cls.company)
        cls.session = cls.make_session()

    def statement(self, client=None, period=YEAR, role=None):
        service = self.as_role(self.service, role) if role else self.service
        service = service.with_context(lang="en_US")
        return service._of(client or self.client, *period, self.company)

    def people(self, statement):
        """Return ``{section: names}`` of the sections that tell something."""
        return {
            name: [row.person for row in rows] for name, rows in statement.sections.items() if rows
        }

    def make_refusing(self, name="Paul Riou", **values):
        person = self.make_attendees([name], nir=False, birth_name=False)
        registration = self.make_registration(self.session, person, **values)
        person.action_nir_refused()
        return registration


@tagged("post_install", "-at_install", "passport")
class TestStatement(StatementCase):
    def test_everybody_stands_in_one_section(self):
        declared = self.make_registration(self.session, self.make_attendee("Anne Accepté"))
        waiting = self.make_registration(self.session, self.make_attendee("Bob Attend"))
        deposit = self.make_deposit(declared | waiting)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        declared.passport_line_ids.action_accept()
        self.make_refusing("Chloé Refuse")
        self.make_registration(
            self.session, self.make_attendees(["Dan Manque"], nir=False, birth_name=False)
        )
        self.make_registration(self.session, self.make_attendee("Eve Prête"))
        ineligible = self.make_training(name="Bureautique", passport_aims_prevention="no")
        self.make_registration(self.make_session(ineligible), self.make_attendee("Fanny Autre"))
        self.make_registration(self.session, self.make_attendee("Gil Annulé"), state="cancel")
        self.make_registration(self.session, self.make_attendee("Hugo Absent"), outcome="absent")
        self.assertEqual(
            self.people(self.statement()),
            {
                "declared": ["Anne Accepté", "Bob Attend"],
                "employer": ["Chloé Refuse"],
                "missing": ["Dan Manque"],
                "pending": ["Eve Prête"],
                "other": ["Fanny Autre"],
            },
        )
        rows = {row.person: row for rows in self.statement().sections.values() for row in rows}
        accepted = rows["Anne Accepté"]
        self.assertEqual(accepted.status, "accepted on 10/15/2026")
        self.assertEqual(accepted.reference, declared.passport_line_ids.declaration_reference)
        self.assertTrue(accepted.reference)
        self.assertEqual(accepted.declared_on, date(2026, 10, 15))
        self.assertEqual((accepted.start, accepted.end), (date(2026, 9, 9), date(2026, 9, 10)))
        self.assertEqual(accepted.valid_until, date(2028, 9, 9))
        self.assertEqual(rows["Bob Attend"].status, "declared, answer awaited")
        self.assertEqual(rows["Chloé Refuse"].deadline, date(2027, 3, 31))
        self.assertEqual(rows["Dan Manque"].status, "social security number (NIR), birth name")
        self.assertEqual(rows["Fanny Autre"].status, "Training not to declare")

    def test_rejected_is_told_until_it_is_declared_again(self):
        seat = self.make_registration(self.session)
        deposit = self.make_deposit(seat)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        seat.passport_line_ids._reject(
            "Aucune personne ne correspond à ce NIR et à ce nom de naissance"
        )
        # The client can help: what the authority did not recognise is asked again.
        self.assertEqual(list(self.people(self.statement())), ["missing"])
        (row,) = self.statement().sections["missing"]
        self.assertIn("to be given again: social security number (NIR)", row.status)
        seat.attendee_partner_id.birth_name = "LEFEVRE"
        self.declare(seat, include_rejected=True)
        (row,) = self.statement().sections["pending"]
        self.assertEqual(row.status, "being prepared")
        self.assertFalse(row.reference)

    @freeze_time("2026-12-10 10:00:00")
    def test_transmitted_by_the_certifying_body(self):
        training = self.make_certifying_training()
        session = self.make_session(
            training, date_begin="2026-11-30 07:00:00", date_end="2026-12-01 15:00:00"
        )
        self.make_registration(session, self.make_attendee("Anne Reçue"), outcome="passed")
        self.make_registration(session, self.make_attendee("Bob Échoue"), outcome="failed")
        statement = self.statement()
        self.assertEqual(
            self.people(statement), {"transmitted": ["Anne Reçue"], "pending": ["Bob Échoue"]}
        )
        (failed,) = statement.sections["pending"]
        self.assertFalse(failed.valid_until)

    def test_period_and_what_is_missing_for_coming_sessions(self):
        coming = self.make_session(date_begin="2026-11-09 08:00:00", date_end="2026-11-10 16:00:00")
        self.make_registration(coming, self.make_attendees(["Dan Manque"], nir=False), state="open")
        self.make_registration(coming, self.make_attendee("Eve Complète"), state="open")
        self.make_registration(self.session, self.make_attendee("Anne Septembre"))
        self.assertEqual(
            self.people(self.statement()),
            {"missing": ["Dan Manque"], "pending": ["Anne Septembre"]},
        )
        summer = (date(2026, 7, 1), date(2026, 8, 31))
        self.assertEqual(self.people(self.statement(period=summer)), {"missing": ["Dan Manque"]})
        winter = (date(2026, 12, 1), date(2026, 12, 31))
        self.assertTrue(self.statement(period=winter).is_empty())

    def test_whose_people(self):
        """Of who booked; of the employer where nobody booked; never of two clients at once."""
        other = self.make_client("Cimenterie Quiberon", SIRET_OTHER_CLIENT)
        site = self.make_client("Atelier de Vannes", "78945612600026", parent_id=self.client.id)
        contact = self.env["res.partner"].create({"name": "Maud", "parent_id": site.id})
        self.make_registration(
            self.session, self.make_attendee("Anne Établissement"), partner_id=contact.id
        )
        self.make_registration(self.session, self.make_attendee("Bob Employé"), partner_id=False)
        self.make_registration(
            self.session, self.make_attendee("Carl Ailleurs"), partner_id=other.id
        )
        between = self.env["sale.order"].create({"partner_id": other.id})
        self.make_registration(
            self.session,
            self.make_attendee("Dora Entre Deux"),
            sale_order_id=between.id,
            partner_id=self.client.id,
        )
        self.assertEqual(
            self.people(self.statement()), {"pending": ["Anne Établissement", "Bob Employé"]}
        )
        # An establishment has its own statement, and its head office all of them.
        self.assertEqual(self.people(self.statement(contact)), {"pending": ["Anne Établissement"]})
        self.assertEqual(self.people(self.statement(other)), {"pending": ["Carl Ailleurs"]})

    def test_whoever_booked_and_left_is_the_client_still(self):
        """An archived contact of a client, whose people are told of as before."""
        contact = self.env["res.partner"].create(
            {"name": "Parti Depuis", "parent_id": self.client.id}
        )
        registration = self.make_registration(
            self.make_session(), self.make_attendee("Reste Là"), partner_id=contact.id
        )
        self.assertTrue(registration)
        contact.active = False
        sections = self.statement().sections
        people = [row.person for rows in sections.values() for row in rows]
        self.assertIn("Reste Là", people)

    def test_who_changes_employer_takes_nobody_along(self):
        other = self.make_client("Transports Glaz", SIRET_OTHER_CLIENT)
        booker = self.env["res.partner"].create(
            {"name": "Maud Le Bris", "parent_id": self.client.id}
        )
        self.make_registration(self.session, self.make_attendee("Reste Là"), partner_id=booker.id)
        before = self.people(self.statement())
        booker.parent_id = other
        self.env.flush_all()
        self.assertEqual(self.people(self.statement()), before)
        self.assertEqual(self.people(self.statement(other)), {})

    def test_who_booked_before_the_company_was_noted_is_its_own(self):
        booker = self.env["res.partner"].create({"name": "Maud Rio", "email": "maud@rio.example"})
        self.make_registration(self.session, self.make_attendee("Eve"), partner_id=booker.id)
        company = self.make_client("Cimenterie Quiberon", SIRET_OTHER_CLIENT)
        self.env.flush_all()
        booker.parent_id = company
        self.env.flush_all()
        self.assertEqual(self.people(self.statement(company)), {"pending": ["Eve"]})
        self.assertIn(company, self.service._clients(self.company, *YEAR))
        self.assertEqual(self.service._with_people(company), company)

    def test_what_was_declared_stays_the_client_s(self):
        seat = self.make_registration(self.session, partner_id=self.make_attendee("Anne").id)
        self.declare(seat)
        later = self.make_registration(self.session, partner_id=seat.partner_id.id)
        seat.partner_id.parent_id = self.make_client("Cimenterie Quiberon", SIRET_OTHER_CLIENT)
        self.declare(later)
        self.env.flush_all()
        lines = (seat | later).passport_line_ids
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines.client_id, self.client)

    def test_another_training_body_tells_nothing(self):
        theirs = self.make_session(company_id=self.other_company.id)
        self.make_registration(theirs)
        self.assertTrue(self.statement().is_empty())

    def test_what_was_declared_stays_told(self):
        seat = self.make_registration(self.session)
        deposit = self.make_deposit(seat)
        self.file_of(deposit)
        self.assertEqual(self.people(self.statement()), {"pending": ["Zoé Lefèvre"]})
        deposit.action_mark_deposited()
        seat.active = False
        self.assertEqual(self.people(self.statement()), {"declared": ["Zoé Lefèvre"]})

    def test_days_are_those_of_the_authority(self):
        """Deposited half an hour after the deadline's day is not in time, whatever UTC says."""
        seat = self.make_registration(self.session)
        deposit = self.make_deposit(seat)
        self.file_of(deposit)
        with freeze_time("2027-03-31 22:30:00"):
            deposit.action_mark_deposited()
            seat.passport_line_ids.action_accept()
            (row,) = self.statement(period=YEAR).sections["declared"]
        self.assertEqual((row.declared_on, row.answered_on), (date(2027, 4, 1), date(2027, 4, 1)))
        self.assertEqual(row.status, "accepted on 04/01/2027")

    def test_columns_ready_to_copy(self):
        seat = self.make_refusing(employer_reference="M-17")
        (row,) = self.statement().sections["employer"]
        files = self.env["passport.statement.file"]
        (group,) = files._employer_groups(self.statement())
        values = dict(group["values"])
        self.assertEqual(group["people"], ["Paul Riou"])
        self.assertEqual(values["NOM_FORMATION"], "Sauveteur secouriste du travail")
        self.assertEqual(values["DATE_DEBUT_FORMATION"], "09/09/2026")
        self.assertEqual(values["DATE_FIN_FORMATION"], "10/09/2026")
        self.assertEqual(values["FORMATION_CERTIFIANTE"], "NON")
        self.assertEqual(
            values["COMPETENCE_TRANSFERABLE"],
            "/".join(seat.training_id.rome_code_ids.mapped("code")),
        )
        self.assertEqual(values["PRESENCE_EMPLOYEUR"], "OUI")
        self.assertEqual(values["SIRET_EMPLOYEUR"], self.client.company_registry)
        self.assertEqual(values["REFERENCE_EMPLOYEUR"], "M-17")
        self.assertEqual(values["DATE_FIN_VALIDITE"], "09/09/2028")
        for column in ("NIR", "NOM_TITULAIRE", "ID_UNIQUE_PARTENAIRE"):
            self.assertNotIn(column, values)
        self.assertEqual(len(row.columns), 20)

    def test_nothing_to_be_declared_without_an_employer(self):
        self.make_refusing(without_employer=True)
        self.assertEqual(self.people(self.statement()), {"other": ["Paul Riou"]})

    def test_queries_do_not_grow(self):
        few = self.make_client("Peu", SIRET_OTHER_CLIENT)
        self.make_registrations(
            self.session,
            self.make_attendees([f"P {n}" for n in range(3)], parent_id=few.id),
            partner_id=few.id,
        )
        self.declare(self.env["event.registration"].search([("partner_id", "=", few.id)]))
        people = self.make_attendees([f"M {n}" for n in range(40)])
        self.declare(self.make_registrations(self.make_session(), people))
        self.queries_of(lambda: self.statement(few))
        counts = [self.queries_of(lambda c=c: self.statement(c)) for c in (few, self.client)]
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[1], 20)

    def test_who_may_hand_it_out(self):
        self.make_registration(self.session)
        for role in ("user", "declarant", "manager", "sales"):
            with self.subTest(role=role):
                self.assertEqual(
                    self.people(self.statement(role=role)), {"pending": ["Zoé Lefèvre"]}
                )
        for role in ("internal", "event", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.statement(role=role)


@tagged("post_install", "-at_install", "passport")
class TestStatementFiles(StatementCase):
    def test_spreadsheet(self):
        self.make_refusing()
        self.make_registration(self.session, self.make_attendee("=Anne()"))
        name, content = self.env["passport.statement.file"]._xlsx(self.statement())
        self.assertEqual(name, "Passport statement Menuiserie Bréhat 20260101-20261231.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(content))
        everybody, columns = book.worksheets
        rows = list(everybody.values)
        self.assertEqual(
            rows[1][:3],
            ("Paul Riou", "To be declared by you", "NIR refused: to be declared by the employer"),
        )
        self.assertEqual(rows[2][0], "=Anne()")
        header, row = list(columns.values)
        self.assertEqual(header[0:2], ("Attendee", "ID_DECLARATION"))
        self.assertEqual(len(header), 21)
        self.assertEqual(row[header.index("NOM_FORMATION")], "Sauveteur secouriste du travail")
        self.assertIsNone(row[header.index("NIR")])

    def test_no_number_and_no_birth_name(self):
        seat = self.make_registration(self.session)
        person = seat.attendee_partner_id
        statement = self.statement()
        _name, content = self.env["passport.statement.file"]._xlsx(statement)
        book = openpyxl.load_workbook(io.BytesIO(content))
        told = str(statement) + str([list(sheet.values) for sheet in book])
        self.assertNotIn(self.nir_of(person).replace(" ", "")[:13], told.replace(" ", ""))
        self.assertNotIn(person.birth_name, told)

    def test_page(self):
        self.make_refusing()
        self.make_registration(self.session, self.make_attendee("Eve Prête"))
        html = self.html_of(self.statement())
        for words in (
            "Menuiserie Bréhat",
            "from 1 January 2026 to 31 December 2026",
            "To be declared by you (1)",
            "Paul Riou",
            "03/31/2027",
            "NOM_FORMATION",
            "Still to be declared by us (1)",
        ):
            with self.subTest(words=words):
                self.assertIn(words, html)
        self.assertNotIn("Nobody of yours", html)
        self.assertEqual(html.count("Sauveteur secouriste du travail</strong>"), 2)
        empty = self.statement(period=(date(2026, 1, 1), date(2026, 1, 31)))
        self.assertIn("Nobody of yours", self.html_of(empty))

    def html_of(self, statement):
        reports = self.env["ir.actions.report"]
        content, _kind = reports._render_qweb_html(
            "passeport_prevention.report_statement",
            statement.client.ids,
            data=self.env["passport.statement.file"]._report_values(statement),
        )
        return " ".join(content.decode().split())


@tagged("post_install", "-at_install", "passport")
class TestStatementSending(StatementCase, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sendings = cls.env["passport.statement.sending"]
        cls.client.email = "contact@brehat.example"
        cls.company.write(
            {"passport_send_statements_since": "2026-09-01", "passport_statement_rhythm": "quarter"}
        )
        cls.other_company.passport_send_statements_since = False

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 600)
        )

    def run_cron(self):
        with self.mock_mail_gateway():
            self.sendings._cron_send()
        return self.sendings.search([])

    def test_once_for_each_client_and_period(self):
        self.make_registration(self.session)
        sending = self.run_cron()
        self.assertEqual(len(sending), 1)
        self.assertEqual(sending.client_id, self.client)
        self.assertEqual(
            (sending.date_from, sending.date_to), (date(2026, 7, 1), date(2026, 9, 30))
        )
        mail = self.env["mail.mail"].search([("model", "=", sending._name)])
        self.assertIn("/my/passport/statement", mail.body_html)
        # In the client's language.
        self.assertRegex(mail.attachment_ids.name, r"Menuiserie Bréhat 20260701-20260930\.pdf$")
        self.assertEqual(self.run_cron(), sending)

    def test_off_by_default_and_from_the_day_it_is_switched_on(self):
        self.make_registration(self.session)
        for since in (False, "2026-10-01"):
            self.company.passport_send_statements_since = since
            with self.subTest(since=since):
                self.assertFalse(self.run_cron())
        fresh = self.env["res.company"].create({"name": "Neuve"})
        self.assertFalse(fresh.passport_send_statements_since)

    def test_one_that_fails_keeps_nobody_waiting(self):
        other = self.make_client("Cimenterie", SIRET_OTHER_CLIENT, email="c@quiberon.example")
        for client in (self.client, other):
            person = self.make_attendee(f"Chez {client.name}", parent_id=client.id)
            self.make_registration(self.session, person, partner_id=client.id)
        files = type(self.env["passport.statement.file"])
        pdf, number = files._pdf, self.next_nir()

        def failing(service, statement):
            if statement.client == self.client:
                raise ValueError(number)
            return pdf(service, statement)

        with (
            patch.object(files, "_pdf", failing),
            self.assertLogs("odoo.addons.passeport_prevention", "ERROR") as log,
        ):
            self.assertEqual(self.run_cron().client_id, other)
        self.assertNotIn(number, "".join(log.output))
        # Nothing is noted of the one that failed: its turn comes again.
        self.assertEqual(self.run_cron().client_id, self.client | other)

    def test_rhythm(self):
        self.make_registration(self.session)
        self.company.passport_statement_rhythm = "month"
        self.assertEqual(self.run_cron().mapped("date_from"), [date(2026, 9, 1)])

    def test_recipient(self):
        """Who booked last; nobody who wants none or has no address."""
        first, last = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.client.id, "email": f"{name}@brehat.example"}
                for name in ("un", "deux")
            ]
        )
        for booker in (first, last):
            self.make_registration(
                self.session, self.make_attendee(f"Par {booker.name}"), partner_id=booker.id
            )
        recipients = self.sendings._recipients(self.company, self.client)
        self.assertEqual(recipients, {self.client: last})
        last.passport_no_statement_mail = True
        self.assertEqual(self.sendings._recipients(self.company, self.client), {self.client: first})
        self.client.passport_no_statement_mail = True
        self.assertFalse(self.sendings._recipients(self.company, self.client))
        self.assertFalse(self.run_cron())

    def test_preview(self):
        self.make_registration(self.session)
        preview = self.sendings._preview_sending
        self.assertEqual(preview("statement", self.company, date(2026, 9, 1)), (1, 1))
        self.assertEqual(preview("statement", self.company, date(2026, 10, 1)), (0, 0))

    def test_dialog(self):
        self.make_registration(self.session)
        action = self.as_role(self.client, "sales").action_passport_statement()
        dialog = self.as_role(self.env["passport.statement.print"], "sales").browse(
            action["res_id"]
        )
        self.assertEqual((dialog.pending_count, dialog.declared_count), (1, 0))
        url = f"/passeport_prevention/statement/{self.client.id}/2026-01-01_2026-12-31/"
        query = f"?company={self.company.id}"
        self.assertEqual(dialog.action_pdf()["url"], url + "pdf" + query)
        self.assertEqual(dialog.action_xlsx()["url"], url + "xlsx" + query)
        with self.mock_mail_gateway():
            dialog.action_send()
        self.assertFalse(self.sendings.search([]).is_automatic)
        dialog.date_from = "2026-11-01"
        with self.assertRaisesRegex(UserError, "nothing to tell"):
            dialog.action_send()
        dialog.client_id = False
        with self.assertRaises(UserError):
            dialog.action_pdf()

    def test_button_of_clients_only(self):
        other = self.make_client("Sans stagiaire", SIRET_OTHER_CLIENT)
        self.make_registration(self.session)
        self.assertTrue(self.client.passport_has_statement)
        self.assertFalse(other.passport_has_statement)

    def test_refusal_mail_says_by_when_and_where(self):
        seat = self.make_refusing()
        template = self.env.ref("passeport_prevention.mail_template_employer_declares")
        body = template._render_field("body_html", seat.ids)[seat.id]
        self.assertIn("/my/passport/statement", body)
        self.assertRegex(body, "31/03/2027|03/31/2027")


@tagged("post_install", "-at_install", "passport")
class TestStatementPortal(PortalCase):
    URL = "/my/passport/statement"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        person = cls.make_attendee("Anne Nôtre")
        registration = cls.order.order_line.registration_ids[:1]
        registration.write({"attendee_partner_id": person.id, "name": person.name, "state": "done"})
        theirs = cls.make_attendees(["Bob Autre"], parent_id=cls.other_client.id)
        seat = cls.other_order.order_line.registration_ids[:1]
        seat.write({"attendee_partner_id": theirs.id, "name": theirs.name, "state": "done"})
        cls.files = f"{cls.URL}/{cls.company.id}/2026-01-01_2026-12-31"

    def test_own_client_and_no_other(self):
        self.login(self.hr)
        page = self.get(self.URL).text
        self.assertIn("Anne Nôtre", page)
        self.assertNotIn("Bob Autre", page)
        sheet = self.get(f"{self.files}/xlsx")
        self.assertEqual(sheet.status_code, 200)
        told = str(list(openpyxl.load_workbook(io.BytesIO(sheet.content)).active.values))
        self.assertIn("Anne Nôtre", told)
        self.assertNotIn("Bob Autre", told)
        self.login(self.outsider)
        page = self.get(self.URL).text
        self.assertIn("Bob Autre", page)
        self.assertNotIn("Anne Nôtre", page)

    def test_no_other_door(self):
        inside = f"/passeport_prevention/statement/{self.client.id}/2026-01-01_2026-12-31/xlsx"
        self.login(self.hr)
        self.assertEqual(self.get(inside).status_code, 403)
        other = self.files.replace(str(self.company.id), str(self.other_company.id))
        self.assertEqual(self.get(f"{other}/xlsx").status_code, 404)
        for period in ("2026-13-01_2026-12-31", "2026-12-31_2026-01-01", "x"):
            wrong = f"{self.URL}/{self.company.id}/{period}/xlsx"
            self.assertEqual(self.get(wrong).status_code, 404)
        self.login(None)
        self.assertIn("/web/login", self.get(self.URL).headers["Location"])
        with self.assertRaises(AccessError):
            self.env["passport.statement"]._of_own_client(
                self.users["declarant"], *YEAR, self.company
            )

    def test_years(self):
        self.login(self.hr)
        self.assertIn("Anne Nôtre", self.get(f"{self.URL}?year=2026").text)
        winter = self.make_session(date_begin="2025-12-09 08:00:00", date_end="2025-12-10 16:00:00")
        self.make_registration(winter, self.make_attendee("Carl Hiver"))
        page = self.get(f"{self.URL}?year=2025").text
        self.assertIn("Carl Hiver", page)
        self.assertNotIn("Anne Nôtre", page)
        for junk in ("x", "0", "99999999999", "-1", "²", "9" * 4500):
            self.assertEqual(self.get(f"{self.URL}?year={junk}&company={junk}").status_code, 200)

    def test_colleagues(self):
        inside = f"/passeport_prevention/statement/{self.client.id}/2026-01-01_2026-12-31/"
        self.users["user"].password = "passport_user"
        self.login(self.users["user"])
        self.assertEqual(self.get(inside + "xlsx").status_code, 200)
        for company, status in ((self.company, 200), (self.other_company, 404)):
            url = f"{inside}xlsx?company={company.id}"
            self.assertEqual(self.get(url).status_code, status)
        self.assertEqual(self.get(f"{inside}xlsx?company=x").status_code, 404)
        self.assertEqual(
            self.get(inside.replace(str(self.client.id), "0") + "xlsx").status_code, 404
        )

    def test_of_the_training_body_that_was_chosen(self):
        """Who works for two gets the file of the one that the dialog is about."""
        session = self.make_session(company_id=self.other_company.id)
        self.make_registration(session, self.make_attendee("Carl Réunion"))
        user = self.users["user"]
        user.write(
            {"password": "passport_user", "company_ids": [Command.link(self.other_company.id)]}
        )
        both = (self.other_company | self.company).ids
        dialogs = self.env["passport.statement.print"].with_user(user)
        dialog = dialogs.with_context(allowed_company_ids=both).create(
            {"client_id": self.client.id}
        )
        self.login(user)
        sheet = self.get(dialog.action_xlsx()["url"])
        told = str(list(openpyxl.load_workbook(io.BytesIO(sheet.content)).active.values))
        self.assertIn("Carl Réunion", told)
        self.assertNotIn("Anne Nôtre", told)
