from odoo import models

from ..tools import nir


class ResPartner(models.Model):
    """Odoo's import of contacts: what is wrong with a row's NIR or birth name, told for its row."""

    _inherit = "res.partner"

    def _convert_records(self, records, *, log=lambda message: None, savepoint):
        """Check the NIR and the birth name of each row, contacts of a company included.

        A NIR that cannot be right is an error of its row: correct the file, or leave the cell empty
        and ask the person again. A birth name that the portal would refuse is kept and told, since
        it may be what the identity document says. The messages never hold a NIR.
        """
        converted = super()._convert_records(records, log=log, savepoint=savepoint)
        for record_id, xid, values, info in converted:
            for kind, fname, message in self._import_problems(values):
                log({**info, "type": kind, "field": fname, "message": message})
            yield record_id, xid, values, info

    def _import_problems(self, values):
        """Yield ``(type, field, message)`` of the values of one record and of its lines."""
        for fname in ("nir", "nir_entry"):
            problem = nir.parse(values.get(fname) or "").problem
            if problem and problem != nir.EMPTY:
                yield "error", fname, self._nir_problem_text(problem)
        if birth_name := values.get("birth_name"):
            for text in self.new({"birth_name": birth_name})._birth_name_problem_texts():
                yield "warning", "birth_name", text
        for command in values.get("child_ids") or ():
            if len(command) == 3 and isinstance(command[2], dict):
                yield from self._import_problems(command[2])
