from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import PassportCase
from .test_deposit import DepositCase


@tagged("post_install", "-at_install", "passport")
class TestGate(DepositCase):
    """Declarations enter and leave drafts only, whichever side they are moved from."""

    def setUp(self):
        super().setUp()
        others = self.make_registrations(
            self.make_session(name="Autre session"), self.make_attendees(["Ana Kerjean"])
        )
        self.loose = self.declare(others, role="user")

    def ways_in(self, declaration, deposit):
        yield lambda: declaration.write({"deposit_id": deposit.id})
        yield lambda: deposit.write({"declaration_ids": [Command.link(declaration.id)]})

    def ways_out(self, declaration, deposit):
        yield lambda: declaration.write({"deposit_id": False})
        yield lambda: deposit.write({"declaration_ids": [Command.unlink(declaration.id)]})
        yield lambda: declaration.write({"reference": "Autre référence"})

    def assertAll(self, ways, refused):
        for number, way in enumerate(ways):
            with self.subTest(way=number), self.env.cr.savepoint() as savepoint:
                if refused:
                    with self.assertRaises(UserError):
                        way()
                        self.env.flush_all()
                else:
                    way()
                    self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_only_drafts(self):
        for state in ("draft", "generated", "deposited", "done", "cancelled"):
            with self.subTest(state=state), self.env.cr.savepoint() as savepoint:
                self.bring_to(state)
                self.assertAll(self.ways_in(self.loose, self.deposit), refused=state != "draft")
                if state != "cancelled":
                    ways = self.ways_out(self.declaration, self.deposit)
                    self.assertAll(ways, refused=state != "draft")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_lines_follow_in_and_out(self):
        line = self.loose.line_ids
        self.loose.deposit_id = self.deposit
        self.assertEqual((line.state, line.deposit_id), ("in_deposit", self.deposit))
        self.assertEqual(self.deposit.attendee_count, 3)
        self.loose.deposit_id = False
        self.assertEqual((line.state, line.deposit_id.ids), ("prepared", []))
        self.assertEqual(self.deposit.attendee_count, 2)

    def test_registrations_are_left_alone(self):
        """For an attendee a declaration is prepared until it is sent, in a deposit or not."""
        registration = self.loose.line_ids.registration_id

        def row():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT ctid, passport_line_state, passport_state, passport_is_pending "
                "FROM event_registration WHERE id = %s",
                registration.ids,
            )
            return self.env.cr.fetchone()

        before = row()
        self.assertEqual(before[1:], ("prepared", "in_progress", True))
        for deposit in (self.deposit, False, self.deposit):
            self.loose.deposit_id = deposit
            self.assertEqual(row(), before)
        self.file_of(self.deposit)
        self.deposit.action_mark_deposited()
        self.assertEqual(row()[1:], ("deposited", "in_progress", False))

    def test_moved_from_one_draft_into_another(self):
        other = self.loose._create_deposit()
        self.loose.deposit_id = self.deposit
        self.assertEqual(self.loose.line_ids.deposit_id, self.deposit)
        self.assertEqual((other.attendee_count, self.deposit.attendee_count), (0, 3))

    def test_only_its_document_company_and_channel(self):
        typed = self.declare(
            self.make_registrations(self.make_session(), self.make_attendees(["Web"])),
            channel="form",
        )
        self.assertAll(self.ways_in(typed, self.deposit), refused=True)
        other = self.env["passport.deposit"].create(
            {"company_id": self.company.id, "document": "jdr"}
        )
        self.assertAll(self.ways_in(self.loose, other), refused=True)
        abroad = self.env["passport.deposit"].create({"company_id": self.other_company.id})
        self.assertAll(self.ways_in(self.loose, abroad), refused=True)

    def test_deposit_with_declarations_keeps_its_document_and_company(self):
        for values in ({"document": "jdr"}, {"company_id": self.other_company.id}):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.deposit.sudo().write(values)

    def test_no_dead_end(self):
        """From any state before the deposit there is a way back to attendees who are free."""
        self.bring_to("generated")
        self.deposit.action_reset_to_draft()
        self.declaration.deposit_id = False
        self.declaration.action_cancel()
        self.assertEqual(set(self.registrations.mapped("passport_state")), {"ready"})
        # An empty draft can still be filled, cancelled or deleted.
        self.loose.deposit_id = self.deposit
        self.deposit.action_cancel()
        self.assertEqual(self.loose.state, "cancelled")


@tagged("post_install", "-at_install", "passport")
class TestNumbers(PassportCase):
    """Numbers stay unique after a restore; what a person makes of a sequence never ends badly."""

    def sequence(self, code):
        self.env["passport.numbering"]._draw(self.company, code)
        return self.env["ir.sequence"].search(
            [("code", "=", code), ("company_id", "=", self.company.id)]
        )

    def test_restored_backup_never_gives_an_old_number(self):
        for code in ("passport.declaration", "passport.deposit"):
            sequence = self.sequence(code)
            draw = self.env["passport.numbering"]._draw
            before = draw(self.company, code, 50)
            # The counter stands where it stood when the backup was made.
            sequence.date_range_ids.number_next_actual = 1
            after = draw(self.company, code, 60)
            with self.subTest(code=code):
                self.assertEqual(len(set(before) | set(after)), 110)
                self.assertTrue(all(number.startswith(before[0][:8]) for number in after))

    def test_block_follows_the_sequence(self):
        sequence = self.sequence("passport.deposit")
        for values in (
            {"use_date_range": False, "prefix": "D%(year)s-", "suffix": "-A", "padding": 3},
            {"number_increment": 5},
            {"implementation": "no_gap"},
        ):
            sequence.write(values)
            with self.subTest(values=values):
                numbers = self.env["passport.numbering"]._draw(self.company, "passport.deposit", 3)
                counts = [int(number.split("-")[1]) for number in numbers]
                step = sequence.number_increment
                self.assertEqual([counts[0] + step, counts[0] + 2 * step], counts[1:])
                self.assertRegex(numbers[0], r"^D2026-\d{3}-A-[A-Z0-9]{6}$")

    def test_slash_in_the_sequence_of_deposits(self):
        self.sequence("passport.deposit").prefix = "DEP/%(range_year)s/"
        deposit = self.make_deposit(self.make_registration(), role="declarant")
        self.assertTrue(deposit.name.startswith("DEP/2026/"))
        self.file_of(deposit)
        self.assertIn("_DEP-2026-0", deposit.file_name)
        for character in '@<>:"/\\|?*%':
            self.assertNotIn(character, deposit.file_name)
        deposit.action_control_sheet()

    def test_character_that_no_file_holds(self):
        sequence = self.sequence("passport.declaration")
        registration = self.make_registration()
        for prefix in ("PP|", 'P"', "P\u200b"):
            sequence.prefix = prefix
            with self.subTest(prefix=prefix), self.assertRaisesRegex(UserError, sequence.name[:20]):
                self.declare(registration)
        sequence.prefix = "P" * 300
        with self.assertRaisesRegex(UserError, "Shorten"):
            self.declare(registration)
        self.assertEqual(registration.passport_state, "ready")


@tagged("post_install", "-at_install", "passport")
class TestDownload(HttpCase, DepositCase):
    def setUp(self):
        super().setUp()
        self.session = None  # here it is that of the browser

    def get(self, role="declarant"):
        self.authenticate(
            self.users[role].login, self.users[role].login, session_extra=self.confirmed()
        )
        self.env.flush_all()
        response = self.url_open(f"/passeport_prevention/deposit/{self.deposit.id}/file")
        self.env.invalidate_all()
        return response

    def confirmed(self):
        return {"identity-check-last": 32503680000}

    @mute_logger("odoo.http")
    def test_an_address_makes_no_file(self):
        response = self.get()
        self.assertNotEqual(response.status_code, 200)
        self.assertEqual((self.deposit.state, self.deposit.file_sha256), ("draft", False))
        self.assertFalse(self.env["passport.nir.seal"].search([]) & self.seals())

    def seals(self):
        return self.env["passport.nir.seal"].search(
            [("line_id", "in", self.deposit.sudo().line_ids.ids)]
        )

    def test_what_is_streamed_is_the_file(self):
        content = self.file_of(self.deposit)
        response = self.get()
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.content, content)
        self.assertEqual(int(response.headers["Content-Length"]), len(content))
        self.assertIn("no-store", response.headers["Cache-Control"])

    @mute_logger("odoo.http")
    def test_a_head_is_no_sight(self):
        self.file_of(self.deposit)
        self.get()
        log = self.env["passport.nir.access"].sudo()
        before = log.search_count([])
        url = f"{self.base_url()}/passeport_prevention/deposit/{self.deposit.id}/file"
        response = self.opener.head(url, timeout=60)
        self.assertEqual(response.status_code, 405)
        self.env.invalidate_all()
        self.assertEqual(log.search_count([]), before)

    def test_streamed_form(self):
        with self.assertRaises(UserError):
            self.deposit._stream_file()
        content = self.file_of(self.deposit)
        log = self.env["passport.nir.access"]
        before = log.search_count([])
        chunks = self.deposit._stream_file()
        self.assertEqual(log.search_count([]), before + 2, "told before anything is read")
        self.assertEqual(b"".join(chunks), content)

    @mute_logger("odoo.addons.passeport_prevention.models.declaration.passport_file")
    def test_another_file_never_comes_whole(self):
        content = self.file_of(self.deposit)
        self.env.cr.execute(
            "UPDATE passport_declaration_line SET birth_name = 'AUTRE' WHERE id = %s",
            (self.deposit.sudo().line_ids[-1:].id,),
        )
        self.env.invalidate_all()
        given = []
        with self.assertRaises(UserError):
            given.extend(self.deposit._stream_file())
        self.assertLess(len(b"".join(given)), len(content))
        with self.assertRaises(UserError):
            self.deposit._render_file()

    def test_made_once_by_the_button(self):
        action = self.deposit.action_download()
        self.assertEqual(self.deposit.state, "generated")
        self.assertTrue(action["url"].endswith(f"/{self.deposit.id}/file"))
        before = self.deposit.file_sha256, self.deposit.generated_on
        self.deposit.action_download()
        self.assertEqual((self.deposit.file_sha256, self.deposit.generated_on), before)
