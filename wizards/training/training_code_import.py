import base64
import itertools

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.training.training_code import NOMENCLATURES
from ...tools import code_list, table_file

# Of each kind of change the preview shows this many; the numbers are of all.
SHOWN = 200
SHOWN_FAULTS = 50
# How many sheets are looked into, and how many rows of each, to find the list.
SHEETS = 20
SAMPLE = 300
# More of the codes archived by one list than this share is a wrong or a partial file, most often.
MOST_GONE = 0.3
KINDS = [
    ("new", "New"),
    ("changed", "Changed"),
    ("back", "Proposed again"),
    ("gone", "Disappeared"),
]


class TrainingCodeImport(models.TransientModel):
    """Brings an official list of codes: read, shown, then applied in one go.

    Applying reads the file again, so that what is done is what the list and the codes say at that
    moment; anything that fails leaves every code as it was.
    """

    _name = "training.code.import"
    _description = "Import of Official Codes"

    file = fields.Binary(attachment=False, help="CSV, Excel or LibreOffice, as published.")
    file_name = fields.Char()
    state = fields.Selection(
        [("file", "File"), ("preview", "Preview"), ("done", "Done")], default="file"
    )
    nomenclature = fields.Selection(
        NOMENCLATURES, help="Told by the columns of the lists that are known."
    )
    columns = fields.Char(string="Columns of the File", readonly=True)
    code_column = fields.Char(
        string="Column of the Code",
        help="The column of the file that holds the codes.",
    )
    label_column = fields.Char(
        string="Column of the Label",
        help="The column of the file that holds the official wording.",
    )
    end_column = fields.Char(
        string="Column of the End Date",
        help="The column that says until when a code is registered; leave it empty where "
        "there is none.",
    )
    is_complete = fields.Boolean(
        string="The List Is Complete",
        help="Codes that it does not hold have disappeared and are archived. Untick it for an "
        "extract.",
    )
    leave_faulty = fields.Boolean(
        string="Leave the Faulty Rows Out",
        help="The codes of these rows stay as they are.",
    )
    archive_many = fields.Boolean(
        string="Archive That Many",
        help="More than 30 % of the codes would be archived: tick this if the list is right.",
    )
    new_count = fields.Integer(string="New Codes", readonly=True)
    changed_count = fields.Integer(string="Changed Codes", readonly=True)
    back_count = fields.Integer(string="Proposed Again", readonly=True)
    gone_count = fields.Integer(string="Disappeared Codes", readonly=True)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True)
    ignored_count = fields.Integer(
        string="Left Out",
        readonly=True,
        help="Certifications of the other register: RS and RNCP stand in one list.",
    )
    fault_count = fields.Integer(string="Faulty Rows", readonly=True)
    is_much_gone = fields.Boolean(readonly=True)
    faults = fields.Text(string="What Is Wrong", readonly=True)
    line_ids = fields.One2many("training.code.import.line", "import_id", readonly=True)
    training_ids = fields.Many2many(
        "product.template",
        "training_code_import_training_rel",
        "import_id",
        "product_tmpl_id",
        string="Trainings That Use Disappeared Codes",
        readonly=True,
    )

    @api.onchange("file")
    def _onchange_file(self):
        if self.file:
            _sheet, columns, names = self._detect()
            self.nomenclature = (columns and columns.nomenclature) or self.nomenclature
            self._set_columns(columns, names)

    def action_preview(self):
        """Show what the list changes, without changing anything."""
        self.ensure_one()
        listed, plan = self._plan()
        self._show(listed, plan)
        self.state = "preview"
        return self._reopen()

    def action_back(self):
        """Go back to the file and its columns."""
        self.ensure_one()
        self.write({"state": "file", "leave_faulty": False, "archive_many": False})
        return self._reopen()

    def action_apply(self):
        """Do what the preview shows.

        :raises UserError: faulty rows, or many codes to archive, that nobody agreed to; or the
            codes changed since the preview
        """
        self.ensure_one()
        self.env["training.code"].check_access("write")
        self.env["training.code"].check_access("create")
        before = self._counts()
        listed, plan = self._plan()
        self._show(listed, plan)
        if self._counts() != before:
            raise UserError(
                self.env._("The codes changed since the preview. Look at what is new, then apply.")
            )
        if listed.faults and not self.leave_faulty:
            raise UserError(
                self.env._(
                    "Rows of the file that are wrong: %(count)s. Mend the file, or tick “Leave the "
                    "Faulty Rows Out”.",
                    count=len(listed.faults),
                )
            )
        if self.is_much_gone and not self.archive_many:
            raise UserError(
                self.env._(
                    "Codes that would be archived: %(count)s. If the list is right, tick “Archive "
                    "That Many”; if it is an extract, untick “The List Is Complete”.",
                    count=len(plan.gone),
                )
            )
        self.env["training.code.list"]._apply(self.nomenclature, plan, self.file_name)
        # The file has done its work.
        self.write({"state": "done", "file": False})
        return self._reopen()

    def action_codes(self):
        """Open the codes of the nomenclature."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.training_code_action"
        )
        action["domain"] = [("nomenclature", "=", self.nomenclature)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _rows(self, sheet=0):
        """Yield the rows of a sheet of the file.

        :raises UserError: there is no file, or none that can be read as a table
        """
        if not self.file:
            raise UserError(self.env._("Choose the file of the list first."))
        content = base64.b64decode(self.with_context(bin_size=False).file)
        try:
            yield from table_file.iter_rows(content, sheet=sheet)
        except table_file.TableError as error:
            raise self.env["passport.table"]._refusal(error, self.file_name) from None

    def _detect(self):
        """Return where the list is: ``(sheet, columns or None, names to choose from)``.

        The list may stand on any sheet, below titles; columns that the user named are looked for
        where none are known by themselves.
        """
        likely = None
        for sheet in range(SHEETS):
            rows = list(itertools.islice(self._rows(sheet), SAMPLE))
            if not rows:
                break
            columns = code_list.find_columns(rows, self.nomenclature or None)
            found = sheet, columns, self._names(rows, columns)
            if (columns and columns.nomenclature) or self._chosen_names() <= set(found[2]):
                return found
            if not likely or (columns and not likely[1]):
                likely = found
        return likely or (0, None, [])

    def _chosen_names(self):
        """Return the names of columns that the user gave; one that no file has if they gave none."""
        chosen = {self.code_column, self.label_column} - {False}
        return chosen or {None}

    def _names(self, rows, columns):
        """Return the names of the columns, of the row the user's names stand in if there is one."""
        if columns and columns.header is None:
            width = max(map(len, rows))
            return [self.env._("Column %s", number) for number in range(1, width + 1)]
        if columns:
            return rows[columns.header]
        header = self._chosen_header(rows)
        return rows[header] if header is not None else next(filter(None, rows), [])

    def _chosen_header(self, rows):
        """Return the position of the row that holds the names the user gave, if there is one."""
        wanted = self._chosen_names()
        depth = enumerate(rows[: code_list.HEADER_DEPTH])
        return next((at for at, row in depth if wanted <= set(row)), None)

    def _set_columns(self, columns, names):
        def name(position):
            return names[position] if position is not None and position < len(names) else False

        self.columns = ", ".join(filter(None, names))[:1000]
        self.code_column = columns and name(columns.code)
        self.label_column = columns and name(columns.label)
        self.end_column = columns and name(columns.end)
        self.is_complete = bool(columns and columns.is_complete)

    def _chosen_columns(self):
        """Return the sheet and the columns as the user sees them.

        :raises UserError: no nomenclature, or a column that the file does not have
        """
        sheet, columns, names = self._detect()
        if not self.code_column and not self.label_column:
            self.nomenclature = self.nomenclature or (columns and columns.nomenclature)
            self._set_columns(columns, names)
        if not self.nomenclature:
            raise UserError(self.env._("Say which nomenclature the list is of."))
        positions = self._positions(names)
        if not columns:
            rows = list(itertools.islice(self._rows(sheet), SAMPLE))
            header = self._chosen_header(rows)
            return sheet, code_list.Columns(*positions, header=header, start=(header or 0) + 1)
        code, label, end = positions
        return sheet, columns._replace(code=code, label=label, end=end)

    def _positions(self, names):
        """Return where the code, the label and the end (or ``None``) stand.

        :raises UserError: a column that the file does not have
        """
        positions = []
        for fname in ("code_column", "label_column", "end_column"):
            chosen = self[fname]
            if not chosen and fname == "end_column":
                positions.append(None)
                continue
            if chosen not in names:
                raise UserError(self._no_column_message(fname, names))
            positions.append(names.index(chosen))
        return positions

    def _no_column_message(self, fname, names):
        label = self._fields[fname]._description_string(self.env)
        known = ", ".join(filter(None, names))
        if not self[fname]:
            return self.env._(
                "%(field)s: not found in the file. Write its name here; the file's columns are: "
                "%(names)s",
                field=label,
                names=known,
            )
        return self.env._(
            "%(field)s: the file has no column “%(name)s”. Its columns are: %(names)s",
            field=label,
            name=self[fname],
            names=known,
        )

    def _plan(self):
        """Return what the file says and what applying it does.

        :raises UserError: nothing in it can be used
        """
        sheet, columns = self._chosen_columns()
        listed = code_list.read_codes(self._rows(sheet), columns, self.nomenclature)
        if not listed.codes and not listed.ended:
            raise UserError(
                self.env._(
                    "No row of the file holds a code of the nomenclature %(nomenclature)s and its "
                    "label. Check the columns.",
                    nomenclature=self._nomenclature_label(),
                )
            )
        plan = self.env["training.code.list"]._compare(self.nomenclature, listed, self.is_complete)
        return listed, plan

    def _nomenclature_label(self):
        return dict(self._fields["nomenclature"]._description_selection(self.env)).get(
            self.nomenclature
        )

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    def _counts(self):
        return [self[f"{kind}_count"] for kind, _label in KINDS]

    def _show(self, listed, plan):
        """Keep of a plan what the preview shows."""
        lines = [(fields.Command.clear())]
        for kind, _label in KINDS:
            changes = getattr(plan, kind)
            self[f"{kind}_count"] = len(changes)
            lines += [
                fields.Command.create(
                    {
                        "kind": kind,
                        "code": code,
                        "name": values[0],
                        "valid_until": values[1],
                        "old_name": values[2] if kind == "changed" else False,
                        "old_valid_until": values[3] if kind == "changed" else False,
                    }
                )
                for code, values in itertools.islice(changes.items(), SHOWN)
            ]
        active = len(plan.gone) + plan.unchanged + len(plan.changed)
        gone_trainings = (
            self.env["training.code.list"]._trainings_with(self.nomenclature, plan.gone)
            if plan.gone
            else self.env["product.template"]
        )
        self.write(
            {
                "line_ids": lines,
                "unchanged_count": plan.unchanged,
                "ignored_count": listed.ignored,
                "fault_count": len(listed.faults),
                "faults": self._faults_text(listed.faults),
                "is_much_gone": len(plan.gone) > MOST_GONE * active,
                "training_ids": [fields.Command.set(gone_trainings.ids)],
            }
        )

    def _faults_text(self, faults):
        texts = self.env["training.code.list"]._fault_texts()
        lines = [
            self.env._(
                "Row %(row)s: %(fault)s",
                row=fault.row,
                fault=texts[fault.code] % {"value": fault.value},
            )
            for fault in faults[:SHOWN_FAULTS]
        ]
        if len(faults) > SHOWN_FAULTS:
            lines.append(self.env._("And %s more.", len(faults) - SHOWN_FAULTS))
        return "\n".join(lines) or False

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a List of Codes"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class TrainingCodeImportLine(models.TransientModel):
    """One change that an imported list makes."""

    _name = "training.code.import.line"
    _description = "Change by an Imported List"

    import_id = fields.Many2one("training.code.import", required=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True)
    code = fields.Char()
    name = fields.Char(string="Label")
    old_name = fields.Char(string="Label until Now")
    valid_until = fields.Date(string="Registered Until")
    old_valid_until = fields.Date(string="Registered Until, until Now")
