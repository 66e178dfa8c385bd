import base64
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.ground.followers import Follower, following
from ...tools import list_rest
from ...tools.nir_text import hide_numbers
from ...tools.pasted_columns import in_grid_order

KEPT_HOURS = 1
CREATE_FOLLOWERS = (Follower("passport.typing", after="_created"),)
WRITE_FOLLOWERS = (Follower("passport.typing", after="_written"),)


class PassportEnrolList(models.TransientModel):
    """Enrols a list: the file is checked, what was found is shown and can be corrected, then kept.

    What is uploaded or pasted is sealed with the vault's keys as soon as it arrives, bound to its
    user; it is opened in memory for each check, and forgotten once kept but for the rows that go
    back to the client. After an hour nothing is left whatever happens.
    """

    _name = "passport.enrol.list"
    _inherit = ["passport.proposed"]
    _description = "Enrol a List"
    _proposals = {"event_id": "_proposed_event", "client_id": "_proposed_client"}
    _rec_name = "event_id"
    _transient_max_hours = KEPT_HOURS

    event_id = fields.Many2one(
        "event.event",
        string="Session",
        compute="_compute_event_id",
        store=True,
        readonly=False,
        required=True,
    )
    order_id = fields.Many2one("sale.order", readonly=True)
    order_line_id = fields.Many2one(
        "sale.order.line",
        string="Ordered Seats",
        domain="[('order_id', '=', order_id), ('event_id', '!=', False)]",
        help="Names are put on the seats of this order first; the rest is added.",
    )
    client_id = fields.Many2one(
        "res.partner",
        compute="_compute_client_id",
        store=True,
        readonly=False,
        help="Who books these seats. People of this client who are known already are found again.",
    )
    is_multi_slots = fields.Boolean(related="event_id.is_multi_slots")
    event_slot_id = fields.Many2one(
        "event.slot",
        string="Slot",
        domain="[('event_id', '=', event_id)]",
        help="For a session held several times: which of its dates these people attend.",
    )
    event_ticket_id = fields.Many2one(
        "event.event.ticket",
        string="Ticket",
        domain="[('event_id', '=', event_id)]",
        help="The ticket says which training they attend, where the session has several.",
    )
    upload = fields.Binary(
        string="File",
        compute="_compute_upload",
        inverse="_inverse_upload",
        help="Excel, LibreOffice or CSV, as the client sent it.",
    )
    pasted = fields.Text(
        string="Or Pasted Cells",
        compute="_compute_upload",
        inverse="_inverse_upload",
        help="Cells copied from a spreadsheet, with or without a row of titles.",
    )
    file_name = fields.Char()
    sealed = fields.Text(groups=fields.NO_ACCESS)
    is_given = fields.Boolean(compute="_compute_is_given")
    step = fields.Selection(
        [("upload", "Choose"), ("check", "Check"), ("done", "Done")],
        default="upload",
        required=True,
        readonly=True,
    )
    column_ids = fields.One2many(
        "passport.enrol.list.column",
        "list_id",
        string="Columns",
        help="What each column of the client's list holds; correct it where it was not recognised.",
    )
    line_ids = fields.One2many("passport.enrol.list.line", "list_id", string="People")
    with_employers = fields.Boolean(
        string="Create Employers Not Known",
        default=True,
        help="With the name and the SIRET of the list.",
    )
    kept_count = fields.Integer(string="Can Be Enrolled", readonly=True)
    rest_count = fields.Integer(string="With Something to Say", readonly=True)
    left_out_count = fields.Integer(string="Rows That Are No People", readonly=True)

    @api.depends("order_line_id")
    def _compute_event_id(self):
        self.env["passport.typing"]._propose(self, "event_id")

    def _proposed_event(self):
        return self.order_line_id.event_id or None

    @api.depends("order_id")
    def _compute_client_id(self):
        self.env["passport.typing"]._propose(self, "client_id")

    def _proposed_client(self):
        return self.env["passport.client"]._books_again(self.order_id) or None

    @api.onchange("event_id")
    def _onchange_event_id(self):
        self.env["passport.typing"]._given(self, ("event_id",))

    @api.onchange("client_id")
    def _onchange_client_id(self):
        self.env["passport.typing"]._given(self, ("client_id",))

    @api.model_create_multi
    def create(self, vals_list):
        with following(CREATE_FOLLOWERS, self, vals_list) as made:
            made.append(super().create(vals_list))
        return made[0]

    def write(self, vals):
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)

    @api.depends("sealed")
    def _compute_is_given(self):
        """Whether a list is here already: what was pasted into a session is shown nowhere."""
        for dialog in self:
            dialog.is_given = bool(dialog.sudo().sealed)

    def _compute_upload(self):
        self.upload = self.pasted = False

    def _inverse_upload(self):
        for dialog in self:
            content = base64.b64decode(dialog.upload) if dialog.upload else b""
            content = content or (dialog.pasted or "").encode()
            if content:
                dialog._seal(content)
                dialog.file_name = hide_numbers(dialog.file_name) if dialog.upload else False
        # What was typed leaves the cache, and so the screen that reads it back.
        self.invalidate_recordset(["upload", "pasted"])

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        order = self.env["sale.order"].browse(values.get("order_id"))
        lines = order.order_line.filtered("event_id")
        if order and not lines:
            raise UserError(self.env._("%s: no seat of a session is ordered.", order.display_name))
        if len(lines) == 1:
            values["order_line_id"] = lines.id
        return values

    # ------------------------------------------------------------
    # Sealed
    # ------------------------------------------------------------

    def _seal(self, content):
        keys = self.env["passport.nir.keys"]
        self.sudo().sealed = keys._seal_text(content.decode("latin-1"), self._seal_context())

    def _content(self):
        """Return the bytes that were uploaded or pasted.

        :raises UserError: there are none, or they cannot be opened any more
        """
        self.ensure_one()
        sealed = self.sudo().sealed
        if not sealed:
            raise UserError(self.env._("Choose the file of the list, or paste its cells, first."))
        text = self.env["passport.nir.keys"]._open_text(sealed, self._seal_context())
        if text is None:
            raise UserError(self.env._("The list can no longer be opened: choose it again."))
        return text.encode("latin-1")

    def _seal_context(self):
        return f"{self._name}:{self.id}:{self.env.uid}"

    @api.model
    def _cron_forget(self):
        """Forget the lists older than an hour."""
        limit = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        self.sudo().search([("create_date", "<", limit)]).unlink()

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    def action_check(self):
        """Show what the list comes to; nothing is written but in this dialog."""
        self.ensure_one()
        # What the columns were said to hold counts for the list they were said of.
        columns = self._chosen_columns() if self.step == "check" else self._in_grid_order()
        self._show(self._preview(columns))
        return self._reopen()

    @api.model
    def action_paste(self, event_id, text):
        """Open the preview of rows that were pasted into the trainees of a session.

        :param text: the cells, sealed as soon as they are here; nobody is enrolled yet
        :raises UserError: nobody is named in them
        """
        dialog = self.create({"event_id": event_id, "pasted": text})
        if dialog.is_multi_slots:
            return dialog._reopen()  # which slot is to be said first
        return dialog.action_check()

    def _in_grid_order(self):
        """Return ``{position: field}`` of pasted cells without labels, where nothing is known of some
        by the order of the grid; ``None`` for others."""
        if self.file_name:
            return None
        read_list = self.env["passport.enrolment"]._read_list
        columns = read_list(False, self._content(), self.client_id, None).columns
        named = in_grid_order([column.field or None for column in columns])
        if not named or any(column.label for column in columns):
            return None
        known = {column.position: column.field for column in columns if column.field}
        return known | {columns[place].position: field for place, field in named.items()}

    def action_again(self):
        """Choose another list."""
        self.ensure_one()
        self.sudo().sealed = False
        self.column_ids = self.line_ids = [fields.Command.clear()]
        self.step = "upload"
        return self._reopen()

    def action_keep(self):
        """Enrol the good rows; those that something is told of can be downloaded for an hour.

        :raises UserError: no row can be enrolled
        """
        self.ensure_one()
        preview = self._preview(self._chosen_columns())
        rest = preview.rest
        self.env["passport.enrolment"]._keep(preview, with_employers=self.with_employers)
        if self._is_corrected():
            layouts = self.env["passport.list.layout"]
            layouts._remember(self.client_id, preview.columns, self._chosen_columns())
        kept = len(preview.kept)
        self._show(preview)
        self._seal(json.dumps(self._rest_of(preview, rest)).encode())
        self.write({"step": "done", "kept_count": kept, "rest_count": len(rest)})
        return self._reopen()

    def _preview(self, columns):
        return self.env["passport.enrolment"]._preview(
            self.event_id,
            self.file_name or self.env._("The list"),
            self._content(),
            client=self.client_id,
            slot=self.event_slot_id,
            ticket=self.event_ticket_id,
            order_line=self.order_line_id,
            columns=columns,
        )

    def _chosen_columns(self):
        return {column.position: column.field for column in self.column_ids if column.field}

    def _is_corrected(self):
        return any(column.field != column.found_field for column in self.column_ids)

    def _show(self, preview):
        """Fill the dialog with what a list comes to, without its numbers."""
        found = {column.position: column.found_field for column in self.column_ids}
        columns = [
            {
                "position": column.position,
                "label": hide_numbers(column.label),
                "field": column.field,
                "found_field": found.get(column.position, column.field),
            }
            for column in preview.columns
        ]
        clear, create = fields.Command.clear(), fields.Command.create
        self.write(
            {
                "step": "check",
                "column_ids": [clear, *map(create, columns)],
                "line_ids": [clear, *(create(self._line_values(row)) for row in preview)],
                "kept_count": len(preview.kept),
                "rest_count": len(preview.rest),
                "left_out_count": preview.found.left_out,
            }
        )

    @api.model
    def _line_values(self, row):
        return {
            "line": row.person.line,
            "name": row.person.name,
            "birth_name": row.person.birth_name,
            "email": row.person.email,
            "employer": row.employer.display_name or row.person.employer,
            "siret": row.person.siret,
            "has_number": bool(row.nir),
            "partner_id": row.partner.id,
            "status": row.status,
            "messages": "\n".join(row.messages),
        }

    def _reopen(self):
        return self._get_records_action(name=self.env._("Enrol a List"), target="new")

    # ------------------------------------------------------------
    # What goes back to the client
    # ------------------------------------------------------------

    @api.model
    def _rest_of(self, preview, rows):
        return {
            "labels": [column.label for column in preview.columns],
            "rows": [
                (preview.found.cells[row.person.line], " ".join(row.messages)) for row in rows
            ],
        }

    def action_rest(self):
        """Download the rows that something is told of, with what it is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/passeport_prevention/enrol_list/{self.id}/rest",
            "target": "self",
        }

    def _rest_file(self):
        """Return ``(name, bytes)`` of the workbook that goes back to the client.

        :raises UserError: it is forgotten
        """
        self.ensure_one()
        rest = (
            json.loads(self._content())
            if self.step == "done"
            else self._rest_of(preview := self._preview(self._chosen_columns()), preview.rest)
        )
        content = list_rest.write_rest(
            self.env._("To Complete"), rest["labels"], rest["rows"], self.env._("What is wrong")
        )
        return self.env._("To complete - %s.xlsx", self.event_id.display_name), content

    def action_registrations(self):
        """Open the attendees of the session; the list is forgotten."""
        self.ensure_one()
        action = self.event_id.registration_ids._get_records_action(name=self.event_id.display_name)
        self.unlink()
        return action
