from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ...tools import control_sheet
from ..ground.columns import id_array
from ..session.certificate import JDR_COLUMNS

# More would not fit into an address.
MAX_RECORDS = 500
# How many lines are records at once.
BATCH = 2000
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


class PassportControlSheet(models.AbstractModel):
    """What is declared, as a spreadsheet to read before the deposit."""

    _name = "passport.control.sheet"
    _description = "Control Sheet"

    @api.model
    def _file(self, records):
        """Return the control sheet of declarations, or deposits, as ``(name, bytes)``.

        :raises AccessError: the user does not follow declarations, or does not see one of these
        """
        records._check_user()
        names = records[0].name if len(records) == 1 else str(len(records))
        name = self.env._("control-sheet-%s", names.replace("/", "-")) + ".xlsx"
        return name, self._render(records.line_ids)

    @api.model
    def _render(self, lines):
        """Return these lines as an XLSX file (``bytes``), one row each, without any NIR.

        Header and choices are in the user's language, moments in the user's time zone.

        :raises AccessError: the user does not follow declarations, or does not see one of these
        """
        lines._check_user()
        lines = lines.sudo()
        columns = [self._column(path) for path in self._paths(lines)]
        fix_header = self.env["event.registration"]._fields["passport_issues"]
        return control_sheet.write(
            self.env._("Attendees"),
            [*(header for *_reader, header in columns), fix_header._description_string(self.env)],
            self._rows(lines, columns),
            created=fields.Datetime.now(),
            frozen_columns=len(WHO_COLUMNS),
        )

    @api.model
    def _rows(self, lines, columns):
        """Yield the rows of these lines, those of a declaration together, by birth name.

        Some lines at a time: all of them would take much memory.
        """
        groups = []
        for fname, get, _header in columns:
            if not groups or groups[-1][0] != fname:
                groups.append((fname, []))
            groups[-1][1].append(get)
        for ids in split_every(BATCH, self._in_order(lines)):
            part = lines.browse(ids)
            to_fix = self._issues(part)
            known = {}
            for line in part:
                yield [*self._cells(line, groups, known), to_fix[line]]
            if len(lines) > BATCH:
                self.env.invalidate_all()

    @api.model
    def _cells(self, line, groups, known):
        """Yield what the columns tell of a line.

        :param known: what a record tells that many lines share, such as their declaration; filled here
        """
        for place, (fname, readers) in enumerate(groups):
            if not fname:
                yield from (read(line) for read in readers)
                continue
            record = line[fname]
            if (place, record.id) not in known:
                known[place, record.id] = [read(record) for read in readers]
            yield from known[place, record.id]

    @api.model
    def _in_order(self, lines):
        lines.flush_model(["birth_name", "declaration_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT declaration_id, birth_name, id FROM passport_declaration_line"
                " WHERE id = ANY(%s)",
                id_array(lines.ids),
            )
        )
        return [line_id for _declaration_id, _birth_name, line_id in sorted(rows)]

    @api.model
    def _paths(self, lines):
        certificates = [("id", "in", lines.ids), ("document", "=", "jdr")]
        jdr = lines.search_count(certificates, limit=1)
        return (
            *WHO_COLUMNS,
            *ATTENDEE_COLUMNS,
            *(JDR_COLUMNS if jdr else ()),
            *TRAINING_COLUMNS,
            *(JDR_TRAINING_COLUMNS if jdr else ()),
            *FOLLOWING_COLUMNS,
        )

    @api.model
    def _issues(self, lines):
        """Return ``{line: what to fix or to look at}`` for what is not deposited yet."""
        prepared = lines.filtered(lambda line: line.state in ("prepared", "in_deposit"))
        issues = prepared.registration_id._passport_issues()
        return {
            line: "\n".join(
                message
                for code, message, _record in issues.get(line.registration_id, ())
                if line in prepared and code != "already_declared"
            )
            for line in lines
        }

    @api.model
    def _column(self, path):
        """Return whose a column is, what reads it from that record, and its header.

        :param path: names of fields, from a line: its own, or one of a record that it leads to
        """
        model, walked = self.env["passport.declaration.line"], []
        for fname in path.split("."):
            walked.append(model._fields[fname])
            model = model[fname] if walked[-1].relational else model
        field = walked[-1]
        label = walked[-2] if field.name == "name" else field
        owner = walked[0].name if len(walked) > 1 else None
        return owner, self._reader(field), label._description_string(self.env)

    @api.model
    def _reader(self, field):
        """Return what reads a field from a record, in words of the user's language."""
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
        elif field.type == "boolean":
            choices = {True: self.env._("Yes"), False: self.env._("No")}
        elif field.type == "datetime":

            def get_moment(record):
                moment = record[field.name]
                # Without the zone it was brought to: cells have none.
                local = moment and fields.Datetime.context_timestamp(record, moment)
                return local and local.replace(tzinfo=None)

            return get_moment
        else:
            return itemgetter(field.name)
        return lambda record: choices.get(record[field.name])

    @api.model
    def _action(self, kind, records):
        """Return the action that downloads the control sheet of ``records`` (one ``kind``)."""
        records._check_user()
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
