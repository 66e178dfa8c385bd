import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import authority_file, nir
from ..readiness.event_registration_readiness import WARNING_CODES

# How many faults a message lists: enough to see the pattern, few enough to read.
SHOWN_FAULTS = 15


class PassportDeposit(models.Model):
    """The import file of a deposit: the last checks, the bytes, the fingerprint.

    Until it is generated the file follows the data; afterwards it is what it was, byte for byte.
    Everything that makes it is kept with the lines, the numbers sealed.
    """

    _inherit = "passport.deposit"

    is_outdated = fields.Boolean(compute="_compute_is_outdated")

    @api.depends("state")
    def _compute_is_outdated(self):
        for deposit in self:
            deposit.is_outdated = deposit.state == "generated" and deposit.sudo()._is_outdated()

    def _is_outdated(self):
        """Tell whether a file generated now would be another one."""
        lines = self._file_lines()
        reentered = [
            ("partner_id", "in", lines.partner_id.ids),
            ("collected_on", ">", self.generated_on),
        ]
        return bool(
            self.env["passport.nir"].search_count(reentered, limit=1)
            or lines._stale()
            or self.declaration_ids._stale()
        )

    def _render_file(self):
        """Return the import file (``bytes``) and keep its SHA-256, size and line count.

        The first time everything is checked again, line by line, since data may have changed since
        the declarations were prepared. From then on the same bytes come out, whatever changes, until
        the numbers are purged.

        Each call is told to the access log, once for each person.

        :raises AccessError: the user is no declarant
        :raises UserError: a line breaks a rule, data changed, or a NIR is gone; nothing is written
        """
        content = self._check_and_build()
        self.env["passport.nir.access"]._record(
            self.sudo()._file_lines().partner_id, "export", self.name
        )
        return content

    def _check_and_build(self):
        """Return the file: checked and kept in mind the first time, the same bytes ever after."""
        self.ensure_one()
        self._check_declarant()
        if self.state == "cancelled":
            raise UserError(self.env._("%s is cancelled: it has no file any more.", self.name))
        deposit = self.sudo()
        return deposit._generate() if deposit.state == "draft" else deposit._build_again()

    def _file_lines(self):
        """Return the lines of the file, in its order: the generated one, else the one to come."""
        self.ensure_one()
        if self.state == "draft":
            lines = self.line_ids.filtered(lambda line: line.state == "in_deposit")
            return lines.sorted(lambda line: (line.declaration_id.id, line.id))
        return self.line_ids.filtered("file_position").sorted("file_position")

    def _generate(self):
        """Return the bytes of a new file after all checks, and keep what makes them come again."""
        self._check_lines()
        lines = self._file_lines()
        known = self.env["passport.nir"]._read_numbers(lines.partner_id)
        numbers = {line.id: nir.parse(known.get(line.partner_id.id)).body for line in lines}
        rows = [line._row(numbers[line.id]) for line in lines]
        today = self.env["passport.clock"]._today()
        if faults := authority_file.check_file(self.document, rows, today):
            raise UserError(self._fault_text(lines, faults))
        self.file_line_end = self.company_id.passport_line_end
        self.file_bom = self.company_id.passport_bom
        content = self._rendered(rows)
        if len(content) > authority_file.MAX_FILE_BYTES:
            raise UserError(
                self.env._(
                    "The file of %s would be larger than the 200 MB the portal takes. Spread its "
                    "declarations over several deposits.",
                    self.name,
                )
            )
        self._keep_fingerprint(content)
        for position, line in enumerate(lines, start=1):
            line.file_position = position
        self.env["passport.nir.seal"]._seal(numbers)
        return content

    def _build_again(self):
        """Return the bytes of the file that was generated, whatever changed since.

        :raises UserError: its numbers are gone, or it would come out different
        """
        lines = self._file_lines()
        numbers = self.env["passport.nir.seal"]._read_numbers(lines)
        gone = lines.filtered(lambda line: line.id not in numbers)
        if gone:
            raise UserError(
                self.env._(
                    "The file of %(deposit)s can no longer be generated: %(count)s of its social "
                    "security numbers were erased or purged since. What was declared "
                    "stays readable here, and the fingerprint (SHA-256) proves which file it was.",
                    deposit=self.name,
                    count=len(gone),
                )
            )
        content = self._rendered([line._row(numbers[line.id]) for line in lines])
        if hashlib.sha256(content).hexdigest() != self.file_sha256:
            raise UserError(
                self.env._(
                    "The file of %s does not come out as it was generated, so it is not delivered. If "
                    "it was not given to the portal, put the deposit back to draft and generate it "
                    "anew.",
                    self.name,
                )
            )
        return content

    def _rendered(self, rows):
        return authority_file.render(self.document, rows, self.file_line_end, self.file_bom)

    def _keep_fingerprint(self, content):
        now = fields.Datetime.now()
        self.write(
            {
                "state": "generated",
                "file_name": authority_file.file_name(
                    self.company_id._passport_siren(),
                    self.document,
                    self.env["passport.clock"]._day_of(now),
                    self.name,
                ),
                "file_sha256": hashlib.sha256(content).hexdigest(),
                "file_size": len(content),
                "file_line_count": len(self._file_lines()),
                "generated_on": now,
                "generated_by_id": self.env.uid,
            }
        )

    def _forget_file(self):
        """Go back to draft: a file that was never given to the portal leaves nothing behind."""
        lines = self._file_lines()
        self.env["passport.nir.seal"]._forget_lines(lines)
        lines.file_position = False
        self.write(
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

    def _check_lines(self):
        """Check every attendee again, and that the frozen values are still the records' own.

        :raises UserError: says who and why, and what to do
        """
        self.ensure_one()
        lines = self._file_lines()
        if not lines:
            raise UserError(self.env._("%s has no attendee: add declarations to it.", self.name))
        self.company_id._passport_siren()
        texts = [
            message
            for found in lines.registration_id._passport_issues().values()
            for code, message, _record in found
            if code not in WARNING_CODES and code != "already_declared"
        ]
        if texts:
            raise UserError(
                self.env._(
                    "The file of %(deposit)s cannot be generated: some of its attendees can no longer be "
                    "declared.\n\n%(issues)s",
                    deposit=self.name,
                    issues=self._shorten(texts),
                )
            )
        self._check_values_current()

    def _check_values_current(self):
        self.declaration_ids._check_sessions()
        stale = [
            *self._file_lines()._stale().mapped("display_name"),
            *self.declaration_ids._stale().mapped("name"),
        ]
        if stale:
            raise UserError(
                self.env._(
                    "Data changed since these declarations were prepared. Click “Update Values” on "
                    "%(deposit)s to take the new values.\n\n%(names)s",
                    deposit=self.name,
                    names=self._shorten(stale),
                )
            )

    def _fault_text(self, lines, faults):
        """Return what a user reads when the file as a whole breaks a rule of the portal."""
        texts = []
        for fault in faults:
            if fault.row is None:
                texts.append(f"{self.name}: {self._rule_texts().get(fault.code, fault.code)}")
                continue
            line = lines[fault.row]
            texts.append(
                self.env._(
                    "%(declaration)s, %(attendee)s: the column %(column)s breaks a rule of the portal "
                    "(%(rule)s).",
                    declaration=line.declaration_id.name,
                    attendee=line.display_name,
                    column=fault.column,
                    rule=self._rule_texts().get(fault.code, fault.code),
                )
            )
        return self.env._(
            "The file of %(deposit)s cannot be generated.\n\n%(faults)s",
            deposit=self.name,
            faults=self._shorten(texts),
        )

    def _rule_texts(self):
        return {
            "required": self.env._("it is empty"),
            "not_empty": self.env._("it should be empty"),
            "too_long": self.env._("it is too long"),
            "forbidden_character": self.env._("it holds a forbidden character"),
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

    def _shorten(self, texts):
        shown = "\n".join(f"• {text}" for text in texts[:SHOWN_FAULTS])
        rest = len(texts) - SHOWN_FAULTS
        return shown + (self.env._("\n… and %s more", rest) if rest > 0 else "")
