from odoo import api, models
from odoo.tools import format_date, groupby

from ...tools import half_days

# What fits on a landscape A4 sheet with room to sign.
SHEET_ROWS = 9
SHEET_COLUMNS = 6


class PassportAttendanceSheet(models.AbstractModel):
    """Which sheets do the people of a session sign?"""

    _name = "passport.attendance.sheet"
    _description = "Attendance Sheets"

    @api.model
    def _pages(self, event):
        """Return the pages of the attendance sheets of a session.

        A session with slots has sheets for each slot. Attendees and half-days are cut so that each
        page fits a sheet of paper and can be signed by itself.

        :returns: list of ``{"slot", "half_days": [{"day", "label"}], "attendees", "number", "count"}``
        """
        seats = event.registration_ids.filtered(lambda seat: seat.state in ("open", "done"))
        seats = self.env["passport.person.seats"]._one_each(seats)
        seats = seats.sorted(lambda seat: ((seat._passport_attendee_name() or "").lower(), seat.id))
        pages = []
        for slot in self._slots(event):
            inside = seats.filtered(lambda seat, slot=slot: not slot or seat.event_slot_id == slot)
            pages += [
                {"slot": slot, "half_days": days, "attendees": people}
                for days in half_days.chunks(self._half_days(event, slot), SHEET_COLUMNS)
                for people in half_days.chunks(inside, SHEET_ROWS)
            ]
        return [dict(page, number=number) for number, page in enumerate(pages, 1)]

    @api.model
    def _slots(self, event):
        return event.event_slot_ids.sorted("start_datetime") if event.is_multi_slots else [None]

    @api.model
    def _half_days(self, event, slot=None):
        """Return ``[{"date", "day", "label"}]`` for the half-days, in the sheet's words."""
        labels = {
            half_days.MORNING: self.env._("Morning"),
            half_days.AFTERNOON: self.env._("Afternoon"),
        }
        period = self.env["passport.wording"]._period(event, slot)
        return [
            {
                "date": day,
                "day": format_date(self.env, day, date_format="EEE d MMM yyyy"),
                "label": labels[half],
            }
            for day, half in half_days.half_days(*period)
        ]

    @api.model
    def _day_headers(self, columns):
        """Return ``[(day, number of half-days)]`` of the columns of one page."""
        return [(day, len(group)) for day, group in groupby(columns, lambda half: half["day"])]
