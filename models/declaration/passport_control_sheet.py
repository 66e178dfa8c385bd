from odoo import fields, models
from odoo.exceptions import UserError

from ...tools import control_sheet
from ..readiness.event_registration_readiness import JDR_COLUMNS

# More would not fit into an address.
MAX_RECORDS = 500
# The columns of the control sheet, as paths from a declaration line. Never a NIR.
WHO_COLUMNS = ("deposit_id.name", "declaration_id.name", "partner_id.name")
ATTENDEE_COLUMNS = (
    "birth_name",
    "partner_id.nir_state",
    "has_employer",
    "employer_id.name",
    "siret",
    "employer_reference",
    "validity_start_date",
    "validity_end_date",
)
TRAINING_COLUMNS = (
    "event_id.name",
    "declaration_id.training_name",
    "declaration_id.date_start",
    "declaration_id.date_end",
    "declaration_id.modality",
    "declaration_id.trainer_qualification",
    "declaration_id.rome_codes",
    "declaration_id.is_certifying",
    "declaration_id.rs_code",
    "declaration_id.formacodes",
    "declaration_id.nsf_codes",
)
# Only where one of the declarations is a certificate of success.
JDR_TRAINING_COLUMNS = (
    "declaration_id.jdr_type",
    "declaration_id.jdr_name",
    "declaration_id.jdr_option",
    "declaration_id.jdr_mode",
)
FOLLOWING_COLUMNS = (
    "declaration_id.document",
    "declaration_id.channel",
    "declaration_id.reference",
    "unique_id",
    "state",
    "reject_reason",
    "answered_on",
)


class PassportDeclarationLine(models.Model):
    """The control sheet: what is declared, as a spreadsheet to read before the deposit."""

    _inherit = "passport.declaration.line"

    def _control_sheet(self):
        """Return these lines as an XLSX file (``bytes``), one row each, without any NIR.

        Header and choices are in the user's language, moments in the user's time zone.

        :raises AccessError: the user does not follow declarations, or does not see one of these
        """
        self._check_user()
        lines = self.sudo().sorted(lambda line: (line.declaration_id.id, line.birth_name, line.id))
        columns = [self._control_column(path) for path in lines._control_paths()]
        to_fix = lines._control_issues()
        fix_header = self.env["event.registration"]._fields["passport_issues"]
        return control_sheet.write(
            self.env._("Attendees"),
            [*(header for _get, header in columns), fix_header._description_string(self.env)],
            [[*(get(line) for get, _header in columns), to_fix[line]] for line in lines],
            created=fields.Datetime.now(),
            frozen_columns=len(WHO_COLUMNS),
        )

    def _control_paths(self):
        jdr = "jdr" in self.declaration_id.mapped("document")
        return (
            *WHO_COLUMNS,
            *ATTENDEE_COLUMNS,
            *(JDR_COLUMNS if jdr else ()),
            *TRAINING_COLUMNS,
            *(JDR_TRAINING_COLUMNS if jdr else ()),
            *FOLLOWING_COLUMNS,
        )

    def _control_issues(self):
        """Return ``{line: what to fix or to look at}`` for what is not deposited yet."""
        prepared = self.filtered(lambda line: line.state in ("prepared", "in_deposit"))
        issues = prepared.registration_id._passport_issues()
        return {
            line: "\n".join(
                message
                for code, message, _record in issues.get(line.registration_id, ())
                if line in prepared and code != "already_declared"
            )
            for line in self
        }

    def _control_column(self, path):
        """Return what reads a column from a line, and its header, for a path of field names."""
        model, walked = self.browse(), []
        for fname in path.split("."):
            walked.append(model._fields[fname])
            model = model[fname] if walked[-1].relational else model
        field = walked[-1]
        choices = {}
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
        elif field.type == "boolean":
            choices = {True: self.env._("Yes"), False: self.env._("No")}

        def get(line):
            record = line
            for step in walked[:-1]:
                record = record[step.name]
            value = record[field.name]
            if field.type == "datetime" and value:
                return fields.Datetime.context_timestamp(line, value).replace(tzinfo=None)
            return choices.get(value) if choices else value

        label = walked[-2] if field.name == "name" else field
        return get, label._description_string(self.env)

    def _control_sheet_name(self, records):
        names = records[0].name if len(records) == 1 else str(len(records))
        return self.env._("control-sheet-%s", names.replace("/", "-")) + ".xlsx"

    def _control_sheet_action(self, kind, records):
        """Return the action that downloads the control sheet of ``records`` (one ``kind``)."""
        self._check_user()
        if len(records) > MAX_RECORDS:
            raise UserError(
                self.env._("A control sheet holds %s records at most. Choose fewer.", MAX_RECORDS)
            )
        ids = ",".join(map(str, records.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/passeport_prevention/control_sheet/{kind}/{ids}",
            "target": "download",
        }


class PassportDeclaration(models.Model):
    _inherit = "passport.declaration"

    def action_control_sheet(self):
        """Download these declarations as one spreadsheet, without NIRs."""
        return self.line_ids._control_sheet_action("declaration", self)

    def _control_sheet(self):
        """Return the control sheet of these declarations (see the lines' own)."""
        self._check_user()
        return self.line_ids._control_sheet()

    def _control_sheet_name(self):
        return self.line_ids._control_sheet_name(self)


class PassportDeposit(models.Model):
    _inherit = "passport.deposit"

    def action_control_sheet(self):
        """Download what these deposits declare as one spreadsheet, without NIRs."""
        return self.line_ids._control_sheet_action("deposit", self)

    def _control_sheet(self):
        """Return the control sheet of these deposits (see the lines' own)."""
        self._check_passport_user()
        self.check_access("read")
        return self.line_ids._control_sheet()

    def _control_sheet_name(self):
        return self.line_ids._control_sheet_name(self)
