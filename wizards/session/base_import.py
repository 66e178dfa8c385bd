from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.list_columns import field_of, words_of
from ...tools.nir_file import holds_numbers

NIR_FIELDS = {"nir", "nir_entry"}
# What a column of a list of people holds: the field it fills here.
FIELD_OF_COLUMN = {
    "event.registration": {
        "name": "name",
        "last_name": "name",
        "first_name": "name",
        "birth_name": "birth_name",
        "nir": "nir_entry",
        "email": "email",
        "phone": "phone",
        "employer": "employer_id",
        "siret": "employer_id",
        "reference": "employer_reference",
        "session": "event_id",
    },
    "res.partner": {
        "name": "name",
        "last_name": "name",
        "first_name": "name",
        "birth_name": "birth_name",
        "nir": "nir",
        "email": "email",
        "phone": "phone",
        "siret": "company_registry",
    },
}
# Of two columns for one field, the one that says more.
DISTANCES = {"siret": -0.5, "name": 0, "last_name": 0}
OTHER_DISTANCE = 0.1
# Odoo would find a field of a like name for these.
UNUSED_COLUMNS = {"civility", "nir_key", "refused"}
SESSION_WORDS = {"session", "sessions", "evenement", "event"}


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

    # ------------------------------------------------------------
    # Which column is which
    # ------------------------------------------------------------

    def _get_mapping_suggestion(self, header, fields_tree, header_types, mapping_fields):
        """Know the columns of lists of people by what people call them, not by likeness of letters."""
        known = super()._get_mapping_suggestion(header, fields_tree, header_types, mapping_fields)
        if self.res_model not in FIELD_OF_COLUMN or self._is_chosen(header, known, mapping_fields):
            return known
        column = self._column_of(header)
        if column in UNUSED_COLUMNS:
            return {}
        fname = self._field_called(header, known) or FIELD_OF_COLUMN[self.res_model].get(column)
        if not fname or fname not in {field["name"] for field in fields_tree or ()}:
            return known
        return {
            "field_path": [fname],
            "distance": DISTANCES.get(column, OTHER_DISTANCE),
            "is_half_of_name": fname == "name" and column in ("first_name", "last_name"),
        }

    def _field_called(self, header, known):
        """Return the field whose very label a column has, of those that lists of people fill."""
        path = (known or {}).get("field_path", ())
        own = set(FIELD_OF_COLUMN[self.res_model].values())
        return path[0] if len(path) == 1 and known["distance"] == 0 and path[0] in own else None

    @api.model
    def _is_chosen(self, header, known, mapping_fields):
        """Tell whether a column is named by its field, or was given to one by hand before."""
        path = "/".join((known or {}).get("field_path", ()))
        return header.casefold() == path or header.lower() in mapping_fields or "/" in header

    @api.model
    def _column_of(self, header):
        is_session = SESSION_WORDS & set(words_of(header))
        return "session" if is_session and not field_of(header) else field_of(header)

    def _deduplicate_mapping_suggestions(self, mapping_suggestions):
        """Keep both halves of a name: Odoo writes two columns of one text one after the other."""
        halves = {
            header: suggestion
            for header, suggestion in mapping_suggestions.items()
            if suggestion and suggestion.get("is_half_of_name")
        }
        result = super()._deduplicate_mapping_suggestions(mapping_suggestions)
        names = [
            suggestion
            for suggestion in mapping_suggestions.values()
            if suggestion and suggestion["field_path"] == ["name"]
        ]
        if len(halves) == 2 and all(name in halves.values() for name in names):
            mapping_suggestions.update(halves)
        return result

    # ------------------------------------------------------------
    # The file
    # ------------------------------------------------------------

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
