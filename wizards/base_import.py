from odoo import models


class BaseImport(models.TransientModel):
    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Forget an uploaded file once used, if it held NIRs: Odoo would keep it for hours."""
        result = super().execute_import(fields, columns, options, dryrun=dryrun)
        holds_nirs = any((name or "").split("/")[-1] in ("nir", "nir_entry") for name in fields)
        # With "nextrow" or errors the user goes on with the same file.
        unfinished = result.get("nextrow") or any(
            message.get("type") == "error" for message in result.get("messages", ())
        )
        if holds_nirs and not dryrun and not unfinished:
            self.sudo().write({"file": False})
        return result
