import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...models.ground.passport_rights import DECLARANT_GROUP, USER_GROUP
from ...tools import return_file, table_file
from ...tools.nir_text import hide_numbers

SAMPLES = 3


class PassportReturn(models.TransientModel):
    """Imports the authority's answer on a deposit: any table that tells who was rejected and why.

    Three steps: the file, its columns, a preview; nothing is recorded before the last click, and
    then all or nothing. The file may hold NIRs: it is read while it is uploaded and never stored;
    what is kept until the last step is the table without them.
    """

    _name = "passport.return"
    _description = "Import the Authority's Answer"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    deposit_id = fields.Many2one(
        "passport.deposit",
        domain="[('company_id', '=', company_id), ('state', '=', 'deposited')]",
        help="Leave empty where the file is about several deposits, or about attendees typed into the "
        "web form.",
    )
    state = fields.Selection(
        [("file", "File"), ("columns", "Columns"), ("preview", "Preview"), ("done", "Recorded")],
        default="file",
        required=True,
        readonly=True,
    )
    # Not stored: the bytes never reach the database.
    upload = fields.Binary(
        string="Answer of the Authority",
        compute="_compute_upload",
        inverse="_inverse_upload",
        help="CSV or XLSX, with a line for each attendee.",
    )
    file_name = fields.Char()
    table = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    nir_partners = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    row_count = fields.Integer(string="Rows", readonly=True)
    header_row = fields.Integer(
        string="Row of the Headers", help="Rows above it are left aside. 0: the file has none."
    )
    column_ids = fields.One2many(
        "passport.return.column",
        "return_id",
        string="Columns",
        help="What each column of the answer holds; correct it where it was not recognised.",
    )
    has_hidden_nirs = fields.Boolean(readonly=True)
    without_reason = fields.Selection(
        [
            ("silent", "No answer: leave them as they are"),
            ("rejected", "They are rejected"),
            ("accepted", "They are accepted"),
        ],
        string="Rows without Status and Reason",
        default="silent",
        required=True,
        help="What a row says that holds neither a status nor a reason: some answers list "
        "the rejected alone.",
    )
    default_reason = fields.Char(
        string="Reason if None Is Given",
        help="For rejected rows that give no reason.",
    )
    others_accepted = fields.Boolean(
        string="All Others Are Accepted",
        help="Tick it if the report lists rejections only: who waits for an answer in the same deposits "
        "and is not in the file is accepted.",
    )

    line_ids = fields.One2many("passport.return.line", "return_id", readonly=True)
    accept_count = fields.Integer(string="Will Be Accepted", readonly=True)
    reject_count = fields.Integer(string="Will Be Rejected", readonly=True)
    others_count = fields.Integer(string="Accepted without Being Listed", readonly=True)
    already_count = fields.Integer(string="Answered Before", readonly=True)
    problem_count = fields.Integer(string="Left Aside", readonly=True)
    waiting_count = fields.Integer(string="Still without an Answer", readonly=True)
    hidden_count = fields.Integer(readonly=True)
    digest = fields.Char(readonly=True)
    is_outdated = fields.Boolean(readonly=True)

    @api.depends_context("uid")
    def _compute_upload(self):
        self.upload = False

    def _inverse_upload(self):
        for wizard in self:
            if wizard.upload:
                wizard._read_upload(_decoded(wizard.upload))
        # What was uploaded leaves the cache too.
        self.invalidate_recordset(["upload"])

    @api.model_create_multi
    def create(self, vals_list):
        self.env["passport.rights"]._check(USER_GROUP)
        for vals in vals_list:
            self._hide_numbers_in(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._hide_numbers_in(vals)
        return super().write(vals)

    @api.model
    def _hide_numbers_in(self, vals):
        for fname in ("file_name", "default_reason"):
            if vals.get(fname):
                vals[fname] = hide_numbers(vals[fname])

    # ------------------------------------------------------------
    # The file
    # ------------------------------------------------------------

    def _read_upload(self, content):
        """Keep the table of the uploaded file, less its NIRs, and what its columns seem to be.

        :param content: the file, bytes
        :raises UserError: it cannot be read as a table
        """
        self.ensure_one()
        try:
            rows = return_file.read_rows(content)
        except table_file.TableError as error:
            raise self.env["passport.table"]._refusal(error, self.file_name) from None
        layout = return_file.detect(rows)
        if not layout.roles or len(rows) <= layout.first_row:
            raise UserError(self.env._("The file has no row below its headers."))
        numbers = return_file.take_numbers_out(rows, layout)
        holders = {}
        if self._may_use_nirs():
            holders = self.env["passport.vault"]._holders(numbers.values(), self.file_name)
        self.sudo().write(
            {
                "table": rows,
                "nir_partners": {
                    f"{y},{x}": holders[text] for (y, x), text in numbers.items() if text in holders
                },
                "has_hidden_nirs": bool(numbers),
                "row_count": sum(1 for row in rows[layout.first_row :] if row),
                "header_row": layout.first_row,
                "state": "columns",
                "column_ids": [
                    fields.Command.clear(),
                    *map(fields.Command.create, self._column_values(rows, layout)),
                ],
            }
        )

    @api.model
    def _column_values(self, rows, layout):
        header = rows[layout.header] if layout.header is not None else []
        may_use_nirs = self._may_use_nirs()
        values = []
        for x, role in enumerate(layout.roles):
            cells = (row[x] for row in rows[layout.first_row :] if x < len(row) and row[x])
            samples = list(dict.fromkeys(cells))[:SAMPLES]
            if role == return_file.NIR and not may_use_nirs:
                role = None
            name = header[x] if x < len(header) else ""
            values.append(
                {
                    "position": x,
                    "name": name or self.env._("Column %s", x + 1),
                    "samples": ", ".join(samples),
                    "role": role or False,
                }
            )
        return values

    @api.model
    def _may_use_nirs(self):
        return self.env.su or self.env["passport.rights"]._has(DECLARANT_GROUP)

    def _layout(self, row_count):
        """Return the columns as the user confirmed them.

        :param row_count: of the file, which the header is one of
        :raises UserError: none of them tells who is meant, or one role is given twice
        """
        self.ensure_one()
        columns = self.column_ids.sorted("position")
        roles = [column.role or None for column in columns]
        if return_file.NIR in roles and not self._may_use_nirs():
            raise AccessError(
                self.env._("Only declarants may find attendees by their social security number.")
            )
        labels = dict(columns._fields["role"]._description_selection(self.env))
        twice = {
            labels[role]
            for role in roles
            if role and role != return_file.REASON and roles.count(role) > 1
        }
        if twice:
            raise UserError(self.env._("Two columns cannot both be: %s", ", ".join(sorted(twice))))
        if return_file.IDENTIFYING_ROLES.isdisjoint(roles):
            raise UserError(
                self.env._(
                    "Tell which column identifies the attendee: the unique identifier, the NIR or the "
                    "name."
                )
            )
        header = min(max(self.header_row, 0), row_count)
        return return_file.Layout(header - 1 if header else None, tuple(roles))

    def _entries(self):
        """Return what each row says, see ``tools/return_file.py``."""
        self.flush_recordset(["table", "nir_partners"])
        # Not by the fields, which would copy the whole table at each reading.
        query = SQL(
            "SELECT %s, nir_partners FROM passport_return WHERE id = %s",
            SQL.identifier("table"),
            self.id,
        )
        [(table, holders)] = self.env.execute_query(query)
        if not table:
            raise UserError(self.env._("Choose the answer of the authority first."))
        partner_ids = {
            tuple(map(int, cell.split(","))): ids for cell, ids in (holders or {}).items()
        }
        return return_file.read_entries(table, self._layout(len(table)), partner_ids)

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    def action_read_file(self):
        """Go on to the columns of the uploaded file."""
        self.ensure_one()
        if not self.sudo().table:
            raise UserError(self.env._("Choose the answer of the authority first."))
        return self._reopen()

    def action_back(self):
        """Go back one step; going back to the file forgets it."""
        self.ensure_one()
        wizard = self.sudo()
        if wizard.state == "preview":
            wizard.state = "columns"
        elif wizard.state == "columns":
            wizard.write({"state": "file", "file_name": False, **wizard._forgotten()})
        return self._reopen()

    def action_preview(self):
        """Show what the file means; nothing but the preview is written."""
        self.ensure_one()
        self.env["passport.rights"]._check(USER_GROUP)
        self.env["passport.return.plan"]._preview(self)
        return self._reopen()

    def action_apply(self):
        """Record the answers, all or none.

        What the file means is looked up again: if it is not what the preview showed, since a
        colleague recorded answers meanwhile, the new preview is shown and nothing is recorded.

        :raises UserError: nothing to record, unresolved rows beside “All Others Are Accepted”, or
            somebody else is recording answers of these attendees
        """
        self.ensure_one()
        self.env["passport.rights"]._check(USER_GROUP)
        if self.state != "done":
            self.env["passport.return.plan"]._apply(self)
        return self._reopen()

    @api.model
    def _forgotten(self):
        """Return the values that empty what was read of the file."""
        return {
            "table": False,
            "nir_partners": False,
            "column_ids": [fields.Command.clear()],
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import the Authority's Answer"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


def _decoded(upload):
    """Return the bytes of a binary field as the web client sends it."""
    try:
        return base64.b64decode(upload)
    except (binascii.Error, ValueError):
        return b""
