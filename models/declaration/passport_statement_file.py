from odoo import api, fields, models
from odoo.tools import groupby

from ...tools import control_sheet
from .passport_statement import EMPLOYER_COLUMNS, EMPLOYER_FILLS, SECTIONS

REPORT = "passeport_prevention.action_report_statement"


class PassportStatementFile(models.AbstractModel):
    """A client statement on paper and as a spreadsheet, in the client's language."""

    _name = "passport.statement.file"
    _description = "Files of Client Statements"

    @api.model
    def _titles(self):
        """Return ``{section: its title}``, in the order they are printed in."""
        titles = {
            "employer": self.env._("To be declared by you"),
            "missing": self.env._("Still to be given by you"),
            "declared": self.env._("Declared by us"),
            "transmitted": self.env._("Transmitted by the certifying body"),
            "pending": self.env._("Still to be declared by us"),
            "other": self.env._("Not to be declared"),
        }
        return {name: titles[name] for name in SECTIONS}

    @api.model
    def _values(self, statement):
        """Return what the templates of the sections need."""
        return {
            "statement": statement,
            "sections": self._sections(statement),
            "employer_groups": self._employer_groups(statement),
        }

    @api.model
    def _sections(self, statement):
        """Return ``[{"name", "title", "count", "groups"}]`` of the sections that tell something.

        People of one session, told alike, stand together: ``groups`` are lists of rows.
        """
        found = []
        for name, title in self._titles().items():
            if rows := statement.sections[name]:
                groups = [list(group) for _key, group in groupby(rows, _shared)]
                found.append({"name": name, "title": title, "count": len(rows), "groups": groups})
        return found

    @api.model
    def _report_values(self, statement):
        """Return what the template of the PDF needs."""
        return {
            **self._values(statement),
            "statement_lang": self.env.lang,
            "period": self._period_text(statement),
            "printed_on": self.env["passport.clock"]._today(),
        }

    @api.model
    def _employer_groups(self, statement):
        """Return ``[{"people", "values": [(column, value)]}]``: what the employer copies, once for all
        who share it; the columns that are the employer's to fill are left out.
        """
        groups = {}
        for row in statement.sections["employer"]:
            groups.setdefault(row.columns, []).append(row.person)
        return [
            {
                "people": people,
                "values": [
                    (name, value)
                    for name, value in zip(EMPLOYER_COLUMNS, columns, strict=True)
                    if name not in EMPLOYER_FILLS
                ],
            }
            for columns, people in groups.items()
        ]

    @api.model
    def _name_of(self, statement):
        """Return the name of a statement's file, without its ending."""
        parts = (
            self.env._("Passport statement"),
            statement.client.name or "",
            f"{statement.date_from:%Y%m%d}-{statement.date_to:%Y%m%d}",
        )
        return " ".join(parts).replace("/", "-")

    @api.model
    def _period_text(self, statement):
        """Return the period of a statement in words."""
        return self._days_text(statement.date_from, statement.date_to)

    @api.model
    def _days_text(self, first, last):
        words = self.env["passport.words"]
        return self.env._(
            "from %(first)s to %(last)s", first=words._day(first), last=words._day(last)
        )

    @api.model
    def _pdf(self, statement):
        """Return the statement as a PDF, ``(file name, bytes)``; it was made with the reader's rights."""
        reports = self.env["ir.actions.report"].sudo()
        content, _kind = reports._render_qweb_pdf(
            REPORT,
            statement.client.ids,
            data=self._report_values(statement),
        )
        return f"{self._name_of(statement)}.pdf", content

    @api.model
    def _xlsx(self, statement):
        """Return the statement as a spreadsheet, ``(file name, bytes)``.

        One sheet of everybody, and one with the authority's columns of what the client declares.
        """
        sheets = [(self.env._("Statement"), self._headers(), self._rows(statement))]
        if to_declare := statement.sections["employer"]:
            rows = [[row.person, *row.columns] for row in to_declare]
            headers = [self.env._("Attendee"), *EMPLOYER_COLUMNS]
            sheets.append((self.env._("To be declared by you"), headers, rows))
        content = control_sheet.write_sheets(
            sheets, created=fields.Datetime.now(), frozen_columns=1
        )
        return f"{self._name_of(statement)}.xlsx", content

    @api.model
    def _headers(self):
        return [
            self.env._("Attendee"),
            self.env._("Section"),
            self.env._("Status"),
            self.env._("Employer"),
            self.env._("Training"),
            self.env._("Begin"),
            self.env._("End"),
            self.env._("Document"),
            self.env._("Valid Until"),
            self.env._("Reference"),
            self.env._("Declared On"),
            self.env._("Accepted On"),
            self.env._("Deadline"),
        ]

    @api.model
    def _rows(self, statement):
        titles = self._titles()
        return [
            [
                row.person,
                titles[section],
                row.status,
                row.employer,
                row.training,
                row.start,
                row.end,
                row.document,
                row.valid_until,
                row.reference,
                row.declared_on,
                row.answered_on,
                row.deadline,
            ]
            for section in SECTIONS
            for row in statement.sections[section]
        ]


def _shared(row):
    """Return what people of one session have in common."""
    return (
        row.training,
        row.start,
        row.end,
        row.document,
        row.reference,
        row.declared_on,
        row.deadline,
    )
