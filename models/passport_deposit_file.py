import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import calendar, nir, portal_file
from .event_registration_readiness import WARNING_CODES

# How many faults a message lists: enough to see the pattern, few enough to read.
SHOWN_FAULTS = 15


class PassportDeposit(models.Model):
    """The import file of a deposit: the last checks, the bytes, the fingerprint."""

    _inherit = "passport.deposit"

    def _render_file(self):
        """Return the import file (``bytes``) and keep its SHA-256, size and line count.

        Everything is checked again, line by line, since data may have changed since the
        declarations were prepared. A file that was generated before is returned only if it comes out
        identical.

        Each call is told to the access log, once for each person.

        :raises AccessError: the user is no declarant
        :raises UserError: a line breaks a rule, data changed, or a NIR is gone; nothing is written
        """
        content = self._check_and_build()
        self.env["passport.nir.access"]._record(
            self.sudo().line_ids.partner_id, "export", self.name
        )
        return content

    def _check_and_build(self):
        """Return the file after all checks, and keep its fingerprint the first time."""
        self.ensure_one()
        self._check_declarant()
        if self.state == "cancelled":
            raise UserError(self.env._("%s is cancelled: it has no file any more.", self.name))
        deposit = self.sudo()
        if deposit.state == "draft":
            deposit._check_lines()
        content = deposit._build_file()
        fingerprint = hashlib.sha256(content).hexdigest()
        if deposit.state == "draft":
            deposit._keep_fingerprint(content, fingerprint)
        elif fingerprint != deposit.file_sha256:
            raise UserError(
                self.env._(
                    "The file of %s cannot be generated again as it was: a social security number "
                    "changed since. If the file was not given to the portal, put the deposit back to "
                    "draft and generate it anew.",
                    self.name,
                )
            )
        return content

    def _build_file(self):
        """Return the bytes of the file, after the checks of the file as a whole."""
        self.ensure_one()
        lines = self.line_ids.sorted(lambda line: (line.declaration_id.id, line.id))
        numbers = self.env["passport.nir"]._read_numbers(lines.partner_id)
        self._check_not_purged(lines, numbers)
        rows = [line._row(nir.parse(numbers.get(line.partner_id.id)).body) for line in lines]
        today = calendar.local_date(fields.Datetime.now(), self._portal_timezone())
        faults = portal_file.check_file(self.document, rows, today)
        if faults:
            raise UserError(self._fault_text(lines, faults))
        company = self.company_id
        content = portal_file.render(
            self.document, rows, company.passport_line_end, company.passport_bom
        )
        if len(content) > portal_file.MAX_FILE_BYTES:
            raise UserError(
                self.env._(
                    "The file of %s would be larger than the 200 MB the portal takes. Spread its "
                    "declarations over several deposits.",
                    self.name,
                )
            )
        return content

    def _check_not_purged(self, lines, numbers):
        gone = lines.partner_id.filtered(lambda person: person.id not in numbers)
        if gone and self.state != "draft":
            raise UserError(
                self.env._(
                    "The file of %(deposit)s can no longer be generated: %(count)s of its social "
                    "security numbers were erased or purged since. What was declared "
                    "stays readable here, and the fingerprint (SHA-256) proves which file it was.",
                    deposit=self.name,
                    count=len(gone),
                )
            )

    def _keep_fingerprint(self, content, fingerprint):
        now = fields.Datetime.now()
        self.write(
            {
                "state": "generated",
                "file_name": portal_file.file_name(
                    self.company_id._passport_siren(),
                    self.document,
                    calendar.local_date(now, self._portal_timezone()),
                    self.name,
                ),
                "file_sha256": fingerprint,
                "file_size": len(content),
                "file_line_count": len(self.line_ids),
                "generated_on": now,
                "generated_by_id": self.env.uid,
            }
        )

    def _check_lines(self):
        """Check every attendee again, and that the frozen values are still the records' own.

        :raises UserError: says who and why, and what to do
        """
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("%s has no attendee: add declarations to it.", self.name))
        self.company_id._passport_siren()
        texts = [
            message
            for found in self.line_ids.registration_id._passport_issues().values()
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
            *self.line_ids._stale().mapped("display_name"),
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
