from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.nir_file import holds_numbers

NIR_FIELDS = {"nir", "nir_entry"}


class BaseImport(models.TransientModel):
    """Odoo's import of files: one that holds NIRs, or may, is never at rest in clear.

    Odoo keeps an uploaded file for hours, tested or given up though it may be. Here the file of a
    model with NIRs, and one of any model in which there are some, is sealed with the vault's keys as
    soon as it is uploaded, opened in memory for each preview and test, and dropped once imported.
    """

    _inherit = "base_import.import"

    sealed_file = fields.Text(groups=fields.NO_ACCESS)

    @api.model
    def _models_with_nir(self):
        """Return the names of the models whose import can hold NIRs, in their fields or lines."""
        own = {name for name, model in self.env.items() if NIR_FIELDS & set(model._fields)}
        with_lines = {
            name
            for name, model in self.env.items()
            if any(
                field.comodel_name in own
                for field in model._fields.values()
                if field.type == "one2many"
            )
        }
        return own | with_lines

    @api.model_create_multi
    def create(self, vals_list):
        files = [vals.get("file") for vals in vals_list]
        records = super().create([{**vals, "file": False} for vals in vals_list])
        for record, content in zip(records, files, strict=True):
            if content:
                record.write({"file": content})
        return records

    def write(self, vals):
        """Seal a file that holds NIRs, or can, whichever is written last, the file or its model."""
        if {"file", "res_model"}.isdisjoint(vals):
            return super().write(vals)
        models_with_nir = self._models_with_nir()
        for record in self:
            content = vals["file"] if "file" in vals else record._plain_file()
            content = content.encode() if isinstance(content, str) else content
            model = vals.get("res_model", record.res_model)
            is_sealed = bool(content) and (model in models_with_nir or holds_numbers(content))
            super(BaseImport, record).write({**vals, "file": False if is_sealed else content})
            record.sudo().sealed_file = record._seal(content) if is_sealed else False
        return True

    def _seal(self, content):
        keys = self.env["passport.nir.keys"]
        return keys._seal_text(content.decode("latin-1"), self._seal_context())

    def _seal_context(self):
        return f"{self._name}:{self.id}"

    def _plain_file(self):
        """Return the bytes of the file, whether it is sealed or not.

        :raises UserError: the keys that sealed it are gone
        """
        self.ensure_one()
        sealed = self.sudo().sealed_file
        if not sealed:
            return self.file
        text = self.env["passport.nir.keys"]._open_text(sealed, self._seal_context())
        if text is None:
            message = self.env._("The uploaded file can no longer be opened: upload it again.")
            raise UserError(message)
        return text.encode("latin-1")

    def _read_file(self, options):
        """Read the file, opened in memory for the time of the call."""
        self.ensure_one()
        if not self.sudo().sealed_file:
            return super()._read_file(options)
        self._fields["file"]._update_cache(self, self._plain_file())
        try:
            return super()._read_file(options)
        finally:
            self.invalidate_recordset(["file"])

    def execute_import(self, fields, columns, options, dryrun=False):
        """Forget an uploaded file once used, if it can hold NIRs."""
        result = super().execute_import(fields, columns, options, dryrun=dryrun)
        # With "nextrow" or errors the user goes on with the same file.
        unfinished = result.get("nextrow") or any(
            message.get("type") == "error" for message in result.get("messages", ())
        )
        if not dryrun and not unfinished and self.sudo().sealed_file:
            self.sudo().write({"file": False})
        return result
