from odoo import fields, models

from ...tools import return_match


class PassportReturnColumn(models.TransientModel):
    """A column of the authority's answer: what it was taken for, to be confirmed."""

    _name = "passport.return.column"
    _description = "Column of the Authority's Answer"
    _order = "position"

    return_id = fields.Many2one("passport.return", required=True, ondelete="cascade")
    position = fields.Integer(readonly=True)
    name = fields.Char(string="Column", readonly=True)
    samples = fields.Char(string="Examples", readonly=True)
    role = fields.Selection(
        [
            ("unique_id", "Unique identifier"),
            ("nir", "NIR"),
            ("declaration", "Number of the declaration"),
            ("birth_name", "Birth name"),
            ("name", "Name"),
            ("first_name", "First name"),
            ("status", "Status: accepted or rejected"),
            ("reason", "Reason"),
            ("date_start", "First day of the training"),
            ("date_end", "Last day of the training"),
        ],
        string="What It Holds",
        help="What this column holds; others are not read.",
    )


class PassportReturnLine(models.TransientModel):
    """What the authority's answer says of one attendee, before it is recorded. Never holds a NIR."""

    _name = "passport.return.line"
    _description = "Row of the Authority's Answer"
    _order = "id"

    return_id = fields.Many2one("passport.return", required=True, ondelete="cascade", index=True)
    rows = fields.Char(help="Rows of the file, counted as a spreadsheet does.")
    label = fields.Char(string="In the File")
    line_id = fields.Many2one("passport.declaration.line", string="Declared Attendee")
    attendee_name = fields.Char(string="Attendee", related="line_id.attendee_name")
    declaration_id = fields.Many2one(related="line_id.declaration_id")
    outcome = fields.Selection(
        [
            (return_match.ACCEPT, "Accept"),
            (return_match.REJECT, "Reject"),
            (return_match.ALREADY_ACCEPTED, "Accepted before"),
            (return_match.ALREADY_REJECTED, "Rejected before"),
            (return_match.NOT_DEPOSITED, "Not deposited"),
            (return_match.ELSEWHERE, "In another deposit"),
            (return_match.UNKNOWN, "Not found"),
            (return_match.AMBIGUOUS, "Several possible"),
            (return_match.CONFLICT, "Contradictory rows"),
            (return_match.STATUS_UNCLEAR, "Status not understood"),
            (return_match.NO_ANSWER, "No answer"),
        ],
        string="What Happens",
        help="What is recorded of this attendee when you apply.",
    )
    reason = fields.Char()
    reject_reason_id = fields.Many2one(
        "passport.reject.reason",
        string="Recognised As",
        help="Which of the known reasons the authority's words were recognised as: it says "
        "what is to be corrected.",
    )
    match_count = fields.Integer(
        string="Possible Attendees",
        help="Several attendees fit this row: say which one is meant.",
    )
