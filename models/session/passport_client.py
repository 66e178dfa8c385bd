from contextlib import contextmanager

from odoo import api, fields, models


def client_field(label):
    """Return the field of the company that booked, on what is booked."""
    return fields.Many2one(
        "res.partner",
        string=label,
        compute="_compute_passport_client_id",
        store=True,
        index="btree_not_null",
        help="The company as it was on the day of the booking: it stays the client when the contact moves to "
        "another company.",
    )


class PassportClient(models.AbstractModel):
    """Whose is a booking: the client's of the day it was made, whoever employs the contact by now.

    Who belonged to nobody then, and to a company by now, is that company's: it was noted later.
    """

    _name = "passport.client"
    _description = "Clients That Book"

    # Not of whom the contact belongs to by now: who changes employer takes nobody along.
    @api.model
    def _note_of_orders(self, orders):
        for order in orders:
            order.passport_client_id = order.partner_id.commercial_partner_id

    @api.model
    def _note_of_seats(self, seats):
        """Note the client of seats: the order's, though its contact may be gone when they are named."""
        for seat in seats:
            order, booker = seat.sale_order_id, seat.partner_id
            is_orders = booker and order.partner_id == booker
            client = order.passport_client_id if is_orders else booker.commercial_partner_id
            seat.passport_client_id = client

    @contextmanager
    def _kept(self, bookings, vals):
        """Keep the clients of bookings whose contact is only written once more: an import does so."""
        same = bookings.browse()
        if "partner_id" in vals:
            same = bookings.filtered(lambda one: one.partner_id.id == (vals["partner_id"] or False))
        with self.env.protecting([bookings._fields["passport_client_id"]], same):
            yield

    @api.model
    def _of(self, seats):
        """Return the companies, or private persons, that booked these seats."""
        return seats.passport_client_id.commercial_partner_id

    @api.model
    def _faces(self, seats):
        """Return all under whose name these seats may be booked: the contacts and their clients."""
        return seats.partner_id | seats.partner_id.commercial_partner_id | self._of(seats)

    @api.model
    def _bookers(self, bookings):
        """Return who made these bookings, seats or orders, less those who left the client since."""
        return bookings.filtered(
            lambda one: (
                one.passport_client_id in one.partner_id | one.partner_id.commercial_partner_id
            )
        ).partner_id

    @api.model
    def _books_again(self, booking):
        """Return who books for the client of a seat or an order now: the contact, else the client."""
        booking = booking.sudo()
        found = self._bookers(booking) or booking.passport_client_id or booking.partner_id
        return found.with_env(self.env)
