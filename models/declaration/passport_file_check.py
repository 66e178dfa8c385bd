from odoo import api, models
from odoo.exceptions import UserError

# How many faults a message lists: enough to see the pattern, few enough to read.
SHOWN_FAULTS = 15


class PassportFileCheck(models.AbstractModel):
    """The last checks before an import file leaves, and the words for what they find."""

    _name = "passport.file.check"
    _description = "Checks of an Import File"

    @api.model
    def _check_lines(self, deposit):
        """Check every attendee again, and that the frozen values are still the records' own.

        :raises UserError: says who and why, and what to do
        """
        lines = deposit._file_lines()
        if not lines:
            raise UserError(self.env._("%s has no attendee: add declarations to it.", deposit.name))
        deposit.company_id._passport_siren()
        if texts := self._issue_texts(lines):
            raise UserError(
                self.env._(
                    "The file of %(deposit)s cannot be generated: some of its attendees can no longer be "
                    "declared.\n\n%(issues)s",
                    deposit=deposit.name,
                    issues=self._shorten(texts),
                )
            )
        self._check_values_current(deposit, lines)

    @api.model
    def _issue_texts(self, lines):
        """Return what keeps the attendees of these lines from being declared now, as sentences."""
        ignored = {*self.env["passport.issue"]._codes("warning"), "already_declared"}
        found = self.env["passport.readiness"]._found(lines._registration_ids())
        say = self.env["passport.issue"]._speaker()
        # Words are made for what is wrong only, and not for a hundred thousand who are ready.
        return [
            say(fault.code, fault.model, fault.record_id, fault.name, fault.params)
            for faults in found.values()
            for fault in faults
            if fault.code not in ignored
        ]

    @api.model
    def _check_values_current(self, deposit, lines):
        frozen = self.env["passport.frozen"]
        frozen._check_sessions(deposit.declaration_ids)
        stale = [
            *frozen._stale_lines(lines).mapped("display_name"),
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
    def _fault_text(self, deposit, line_ids, faults):
        """Return what a user reads when the file as a whole breaks a rule of the authority.

        :param line_ids: the ids of the lines, in the order of the file
        """
        texts = []
        lines = self.env["passport.declaration.line"].sudo()
        for fault in faults:
            if fault.row is None:
                texts.append(f"{deposit.name}: {self._rule_texts().get(fault.code, fault.code)}")
                continue
            line = lines.browse(line_ids[fault.row])
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
            "duplicate_number": self.env._("the same number is declared twice"),
            "too_many_rows": self.env._("a declaration has too many attendees"),
            "training_differs": self.env._("it differs within one declaration"),
        }

    @api.model
    def _shorten(self, texts):
        shown = "\n".join(f"• {text}" for text in texts[:SHOWN_FAULTS])
        rest = len(texts) - SHOWN_FAULTS
        return shown + (self.env._("\n… and %s more", rest) if rest > 0 else "")
