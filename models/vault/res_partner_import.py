from odoo import models

from ...tools import nir


class ResPartner(models.Model):
    """Odoo's import of contacts: what is wrong with a row's NIR or birth name, told for its row."""

    _inherit = "res.partner"

    def _convert_records(self, records, *, log=lambda message: None, savepoint):
        """Check the NIR and the birth name of each row, contacts of a company included.

        What cannot be declared is an error of its row, so that nothing is imported before the file
        is right: correct the cell, or leave it empty and ask the person again. No mere warnings:
        Odoo's import shows them as blocking errors although the rows are in. No message holds a NIR.
        """
        converted = super()._convert_records(records, log=log, savepoint=savepoint)
        if not self.env.context.get("import_file"):  # a module's data, or a program's own call
            yield from converted
            return
        for record_id, xid, values, info in converted:
            for fname, message in self._import_problems(values):
                log({**info, "type": "error", "field": fname, "message": message})
            yield record_id, xid, values, info

    def _import_problems(self, values):
        """Yield ``(field, message)`` of the values of one record and of its lines."""
        for fname in ("nir", "nir_entry"):
            problem = nir.parse(values.get(fname) or "").problem
            if problem and problem != nir.EMPTY:
                yield fname, self._nir_problem_text(problem)
        if birth_name := values.get("birth_name"):
            for text in self.new({"birth_name": birth_name})._birth_name_problem_texts():
                yield "birth_name", text
        for command in values.get("child_ids") or ():
            if len(command) == 3 and isinstance(command[2], dict):
                yield from self._import_problems(command[2])
