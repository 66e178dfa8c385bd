import itertools

from odoo import api, models
from odoo.tools import SQL

from ..session.certificate import JDR_COLUMNS

# The attendee's columns of the file, and those of a line they are read from.
ATTENDEE_COLUMNS = {
    "ID_UNIQUE_PARTENAIRE": "unique_id",
    "NOM_TITULAIRE": "birth_name",
    "PRESENCE_EMPLOYEUR": "has_employer",
    "SIRET_EMPLOYEUR": "siret",
    "REFERENCE_EMPLOYEUR": "employer_reference",
    "DATE_DEBUT_VALIDITE": "validity_start_date",
    "DATE_FIN_VALIDITE": "validity_end_date",
}
CERTIFICATE_COLUMNS = {column: fname for fname, column in JDR_COLUMNS.items()}
# How many lines are held at once.
BATCH = 4000
_cursors = itertools.count(1)


class PassportFileRows(models.AbstractModel):
    """The rows of an import file, one after another, from a cursor of the database.

    No line is made a record, and no more than a batch of them is in memory.
    """

    _name = "passport.file.rows"
    _description = "Rows of an Import File"

    @api.model
    def _rows(self, deposit, numbers):
        """Yield ``(line id, row)`` for each line of the file, in its order.

        :param deposit: as superuser
        :param numbers: ``{line id: NIR}``; where there is none, the row has none
        """
        names = self._columns(deposit)
        shared = {found.id: found._training_row() for found in deposit.declaration_ids}
        for line_id, declaration_id, *values in self._fetched(deposit, names.values()):
            row = dict(shared[declaration_id])
            row.update(zip(names, values, strict=True))
            row["NIR"] = numbers.get(line_id, "")
            yield line_id, row

    @api.model
    def _columns(self, deposit):
        is_jdr = deposit.document == "jdr"
        return {**ATTENDEE_COLUMNS, **(CERTIFICATE_COLUMNS if is_jdr else {})}

    @api.model
    def _fetched(self, deposit, fnames):
        """Yield the lines of the file as tuples: their id, their declaration's, and ``fnames``."""
        self.env["passport.declaration.line"].flush_model()
        cursor = SQL.identifier(f"passport_file_rows_{next(_cursors)}")
        columns = SQL(", ").join(SQL("line.%s", SQL.identifier(fname)) for fname in fnames)
        self.env.cr.execute(
            SQL(
                """
                DECLARE %s NO SCROLL CURSOR FOR
                 SELECT line.id, line.declaration_id, %s
                   FROM passport_declaration_line line WHERE %s
                """,
                cursor,
                columns,
                self._condition(deposit),
            )
        )
        while batch := self.env.execute_query(SQL("FETCH %s FROM %s", BATCH, cursor)):
            yield from batch
        # Who stops earlier leaves it to the end of the transaction, which may have ended by then.
        self.env.cr.execute(SQL("CLOSE %s", cursor))

    @api.model
    def _condition(self, deposit):
        """Return which lines are in the file and in which order: the generated one, or the one to
        come.
        """
        if deposit.state == "draft":
            return SQL(
                "line.deposit_id = %s AND line.state = 'in_deposit' ORDER BY line.declaration_id, line.id",
                deposit.id,
            )
        return SQL(
            "line.deposit_id = %s AND line.file_position > 0 ORDER BY line.file_position",
            deposit.id,
        )
