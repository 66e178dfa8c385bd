import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import authority_file, nir
from ..ground.passport_rights import DECLARANT_GROUP
from ..vault.passport_vault import EXPORT

# How many faults a message lists: enough to see the pattern, few enough to read.
SHOWN_FAULTS = 15


class PassportFile(models.AbstractModel):
    """The import file of a deposit: the last checks, the bytes, the fingerprint.

    Until it is generated the file follows the data; afterwards it is what it was, byte for byte.
    Everything that makes it is kept with the lines, the numbers sealed.
    """

    _name = "passport.file"
    _description = "Import File of a Deposit"

    @api.model
    def _is_outdated(self, deposit):
        """Tell whether a file of this deposit generated now would be another one; as superuser."""
        lines = deposit._file_lines()
        frozen = self.env["passport.frozen"]
        reentered = [
            ("partner_id", "in", lines.partner_id.ids),
            ("collected_on", ">", deposit.generated_on),
        ]
        return bool(
            self.env["passport.nir"].sudo().search_count(reentered, limit=1)
            or frozen._stale_lines(lines)
            or frozen._stale_declarations(deposit.declaration_ids)
        )

    @api.model
    def _render(self, deposit):
        """Return the file of a deposit, told to the access log: see ``_render_file`` there."""
        return self._check_and_build(deposit)

    @api.model
    def _check_and_build(self, deposit):
        """Return the file: checked and kept in mind the first time, the same bytes ever after."""
        deposit.ensure_one()
        self._check_user(deposit)
        if deposit.state == "cancelled":
            raise UserError(self.env._("%s is cancelled: it has no file any more.", deposit.name))
        deposit = deposit.sudo()
        return self._generate(deposit) if deposit.state == "draft" else self._build_again(deposit)

    @api.model
    def _check_user(self, deposit):
        """Check that the user may see NIRs and sees this deposit."""
        self.env["passport.rights"]._check(
            DECLARANT_GROUP,
            self.env._(
                "Only declarants may generate import files: they hold social security numbers."
            ),
        )
        deposit.check_access("read")

    @api.model
    def _generate(self, deposit):
        """Return the bytes of a new file after all checks, and keep what makes them come again."""
        self._check_lines(deposit)
        lines = deposit._file_lines()
        known = self.env["passport.vault"]._numbers(lines.partner_id, EXPORT, deposit.name)
        numbers = {line.id: nir.parse(known.get(line.partner_id.id)).body for line in lines}
        rows = [line._row(numbers[line.id]) for line in lines]
        today = self.env["passport.clock"]._today()
        if faults := authority_file.check_file(deposit.document, rows, today):
            raise UserError(self._fault_text(deposit, lines, faults))
        deposit.file_line_end = deposit.company_id.passport_line_end
        deposit.file_bom = deposit.company_id.passport_bom
        content = self._rendered(deposit, rows)
        if len(content) > authority_file.MAX_FILE_BYTES:
            raise UserError(
                self.env._(
                    "The file of %s would be larger than the 200 MB the authority takes. Spread its "
                    "declarations over several deposits.",
                    deposit.name,
                )
            )
        self._keep_fingerprint(deposit, content)
        for position, line in enumerate(lines, start=1):
            line.file_position = position
        self.env["passport.nir.seal"]._seal(numbers)
        return content

    @api.model
    def _build_again(self, deposit):
        """Return the bytes of the file that was generated, whatever changed since.

        :raises UserError: its numbers are gone, or it would come out different
        """
        lines = deposit._file_lines()
        numbers = self.env["passport.nir.seal"]._numbers_of(lines, deposit.name)
        gone = lines.filtered(lambda line: line.id not in numbers)
        if gone:
            raise UserError(
                self.env._(
                    "The file of %(deposit)s can no longer be generated: %(count)s of its social "
                    "security numbers were erased or purged since. What was declared "
                    "stays readable here, and the fingerprint (SHA-256) proves which file it was.",
                    deposit=deposit.name,
                    count=len(gone),
                )
            )
        rows = [line._row(numbers[line.id]) for line in lines]
        content = self._rendered(deposit, rows)
        if hashlib.sha256(content).hexdigest() != deposit.file_sha256:
            raise UserError(
                self.env._(
                    "The file of %s does not come out as it was generated, so it is not delivered. If "
                    "it was not given to the authority, put the deposit back to draft and generate it "
                    "anew.",
                    deposit.name,
                )
            )
        return content

    @api.model
    def _rendered(self, deposit, rows):
        return authority_file.render(
            deposit.document, rows, deposit.file_line_end, deposit.file_bom
        )

    @api.model
    def _keep_fingerprint(self, deposit, content):
        now = fields.Datetime.now()
        deposit.write(
            {
                "state": "generated",
                "file_name": authority_file.file_name(
                    deposit.company_id._passport_siren(),
                    deposit.document,
                    self.env["passport.clock"]._day_of(now),
                    deposit.name,
                ),
                "file_sha256": hashlib.sha256(content).hexdigest(),
                "file_size": len(content),
                "file_line_count": len(deposit._file_lines()),
                "generated_on": now,
                "generated_by_id": self.env.uid,
            }
        )

    @api.model
    def _forget(self, deposit):
        """Go back to draft: a file that was never given to the authority leaves nothing behind."""
        lines = deposit._file_lines()
        self.env["passport.nir.seal"]._forget_lines(lines)
        lines.file_position = False
        deposit.write(
            {
                "state": "draft",
                "file_name": False,
                "file_sha256": False,
                "file_size": 0,
                "file_line_count": 0,
                "file_line_end": False,
                "file_bom": False,
                "generated_on": False,
                "generated_by_id": False,
            }
        )

    @api.model
    def _check_lines(self, deposit):
        """Check every attendee again, and that the frozen values are still the records' own.

        :raises UserError: says who and why, and what to do
        """
        lines = deposit._file_lines()
        if not lines:
            raise UserError(self.env._("%s has no attendee: add declarations to it.", deposit.name))
        deposit.company_id._passport_siren()
        ignored = {*self.env["passport.issue"]._codes("warning"), "already_declared"}
        texts = [
            message
            for found in lines.registration_id._passport_issues().values()
            for code, message, _record in found
            if code not in ignored
        ]
        if texts:
            raise UserError(
                self.env._(
                    "The file of %(deposit)s cannot be generated: some of its attendees can no longer be "
                    "declared.\n\n%(issues)s",
                    deposit=deposit.name,
                    issues=self._shorten(texts),
                )
            )
        self._check_values_current(deposit)

    @api.model
    def _check_values_current(self, deposit):
        frozen = self.env["passport.frozen"]
        frozen._check_sessions(deposit.declaration_ids)
        stale = [
            *frozen._stale_lines(deposit._file_lines()).mapped("display_name"),
            *frozen._stale_declarations(deposit.declaration_ids).mapped("name"),
        ]
        if stale:
            raise UserError(
                self.env._(
                    "Data changed since these declarations were prepared. Click “Update Values” on "
                    "%(deposit)s to take the new values.\n\n%(names)s",
                    deposit=deposit.name,
                    names=self._shorten(stale),
                )
            )

    @api.model
    def _fault_text(self, deposit, lines, faults):
        """Return what a user reads when the file as a whole breaks a rule of the authority."""
        texts = []
        for fault in faults:
            if fault.row is None:
                texts.append(f"{deposit.name}: {self._rule_texts().get(fault.code, fault.code)}")
                continue
            line = lines[fault.row]
            texts.append(
                self.env._(
                    "%(declaration)s, %(attendee)s: the column %(column)s breaks a rule of the authority "
                    "(%(rule)s).",
                    declaration=line.declaration_id.name,
                    attendee=line.display_name,
                    column=fault.column,
                    rule=self._rule_texts().get(fault.code, fault.code),
                )
            )
        return self.env._(
            "The file of %(deposit)s cannot be generated.\n\n%(faults)s",
            deposit=deposit.name,
            faults=self._shorten(texts),
        )

    @api.model
    def _rule_texts(self):
        return {
            "required": self.env._("it is empty"),
            "not_empty": self.env._("it should be empty"),
            "too_long": self.env._("it is too long"),
            "forbidden_character": self.env._("it holds a forbidden character"),
            "digit": self.env._("it holds a digit, which no name has"),
            "type": self.env._("it is of another kind than the field"),
            "choice": self.env._("it is none of the values the authority takes"),
            "link": self.env._("it is no address of a page (https://…)"),
            "count": self.env._("it holds too few or too many codes"),
            "repeated_code": self.env._("it holds the same code twice"),
            "nir": self.env._("the social security number is missing or wrong"),
            "siret": self.env._("the SIRET is wrong"),
            "future": self.env._("the date lies in the future"),
            "date_order": self.env._("the date comes before the one it should follow"),
            "duplicate_id": self.env._("the identifier is used twice"),
            "too_many_rows": self.env._("a declaration has too many attendees"),
            "training_differs": self.env._("it differs within one declaration"),
        }

    @api.model
    def _shorten(self, texts):
        shown = "\n".join(f"• {text}" for text in texts[:SHOWN_FAULTS])
        rest = len(texts) - SHOWN_FAULTS
        return shown + (self.env._("\n… and %s more", rest) if rest > 0 else "")
