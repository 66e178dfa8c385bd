from dataclasses import dataclass, field

from odoo import api, models
from odoo.exceptions import UserError

from ...tools import list_reader
from ...tools.table_file import TableError
from ..ground.passport_rights import DECLARANT_GROUP

# What becomes of a row.
NEW, KNOWN, REGISTERED, NO_SEAT, WRONG = "new", "known", "registered", "no_seat", "wrong"
KEPT = (NEW, KNOWN)


@dataclass
class Target:
    """Where the people of a list go: a session, for whom, and which seats of it."""

    event: models.Model
    client: models.Model
    slot: models.Model
    ticket: models.Model
    order_line: models.Model


@dataclass
class Row:
    """One person of a list and what becomes of it; also read by key: ``row["name"]``.

    ``status`` is one of this module's, ``told`` the codes of what is to be told besides the faults of
    the list, ``messages`` all of it in words. The number shows in no representation.
    """

    person: list_reader.Person
    partner: models.Model
    employer: models.Model
    status: str = NEW
    told: list = field(default_factory=list)
    messages: list = field(default_factory=list)

    def __getattr__(self, name):
        if name.startswith("_") or name == "person":
            raise AttributeError(name)
        return getattr(self.person, name)

    def __getitem__(self, name):
        return self.nir if name == "nir" else getattr(self, name)

    @property
    def nir(self):
        """The 13 characters of a number that is right, without its key."""
        return self.person.nir_body

    @property
    def is_kept(self):
        return self.status in KEPT


class Preview(list):
    """The rows of a list, in its order, and what was found of the list itself."""

    def __init__(self, rows, target, found):
        super().__init__(rows)
        self.target = target
        self.found = found
        # ``{NIR: ids of the contacts that hold it}``, once the vault was asked.
        self.holders = None

    @property
    def event(self):
        return self.target.event

    @property
    def columns(self):
        return self.found.columns

    @property
    def kept(self):
        """The rows that would be kept."""
        return [row for row in self if row.is_kept]

    @property
    def rest(self):
        """The rows that something is told of, kept or not: what goes back to the client."""
        return [row for row in self if not row.is_kept or row.messages]


class PassportEnrolment(models.AbstractModel):
    """Enrols the people of a list that a client sent: looked at first, kept when somebody says so.

    Nothing is written by the preview, and nothing sends a mail. Numbers live in memory, for the time
    of a call.
    """

    _name = "passport.enrolment"
    _description = "Enrolment of Lists"

    @api.model
    def _preview(
        self,
        event,
        file_name,
        content,
        client=None,
        slot=None,
        ticket=None,
        order_line=None,
        columns=None,
    ):
        """Return what a list comes to, a :class:`Preview` of :class:`Row`; nothing is written.

        :param event: the session
        :param file_name: told in errors; what a file is follows from its content
        :param content: bytes of a file, or cells pasted as text
        :param client: who books, a contact; where the list tells no employer it is the client
        :param order_line: whose seats are filled
        :param columns: ``{position: field}`` where somebody said what the columns hold
        :raises AccessError: the user may not register people
        :raises UserError: the list cannot be read
        """
        event.ensure_one()
        self._check_rights(event)
        content = content.encode() if isinstance(content, str) else content
        line = order_line if order_line is not None else self.env["sale.order.line"]
        target = Target(
            event=event,
            client=client or self.env["passport.client"]._books_again(line.order_id),
            slot=slot or line.event_slot_id or self.env["event.slot"],
            ticket=ticket or line.event_ticket_id or self.env["event.event.ticket"],
            order_line=line,
        )
        found = self._read_list(file_name, content, target.client, columns)
        nobody = self.env["res.partner"]
        rows = [Row(person, nobody, nobody) for person in found.people]
        preview = Preview(rows, target, found)
        self._judge(preview)
        return preview

    @api.model
    def _read_list(self, file_name, content, client, columns):
        """Read a list, its columns as they were said to be of this client's lists before."""
        try:
            found = list_reader.read_people(content, columns)
            known = self.env["passport.list.layout"]._known(client, found.columns)
            if columns is None and known:
                found = list_reader.read_people(content, known)
        except TableError as error:
            raise self.env["passport.enrolment.words"]._file_error(error, file_name) from None
        return found

    @api.model
    def _judge(self, preview):
        """Find out anew what becomes of each row, in a constant number of queries."""
        for row in preview:
            row.status = WRONG if row.person.is_blocked else NEW
            row.told.clear()
        self.env["passport.enrolment.match"]._find(preview, self._may_numbers())
        self._give_seats(preview)
        words = self.env["passport.enrolment.words"]
        for row in preview:
            row.messages = words._of_row(row)

    @api.model
    def _give_seats(self, preview):
        """Tell for whom no seat is left, in the order of the list."""
        left = self._seats_left(preview.target)
        for row in preview:
            if not row.is_kept or left is None:
                continue
            if left > 0:
                left -= 1
            else:
                row.status = NO_SEAT
                row.told.append(NO_SEAT)

    @api.model
    def _seats_left(self, target):
        """Return how many people can be enrolled, ``None`` for as many as one likes."""
        if target.order_line:
            registrations = target.order_line.sudo().registration_ids
            named = registrations.filtered(
                lambda seat: seat.state == "cancel" or seat.attendee_partner_id
            )
            return max(int(target.order_line.product_uom_qty) - len(named), 0)
        return target.event._get_seats_availability([(target.slot, target.ticket)])[0]

    @api.model
    def _check_rights(self, event):
        event.check_access("read")
        self.env["event.registration"].check_access("create")

    @api.model
    def _may_numbers(self):
        return self.env["passport.rights"]._has(DECLARANT_GROUP)

    # ------------------------------------------------------------
    # Keeping
    # ------------------------------------------------------------

    @api.model
    def _keep(self, preview, with_employers=True):
        """Enrol the good rows of a preview, looked at once more; the others are left.

        :param with_employers: create the employers that are not known, with the SIRET of the list
        :returns: the registrations, in the order of the list
        :raises AccessError: the user may not register people
        :raises UserError: no row can be kept
        """
        self._check_rights(preview.event)
        self._judge(preview)
        if not preview.kept:
            raise UserError(self.env._("Nobody on this list can be enrolled."))
        company = preview.event.company_id or self.env.company
        keeper = self.env["passport.enrolment.keep"].with_company(company)
        return keeper._keep(preview, with_employers, self._may_numbers())
