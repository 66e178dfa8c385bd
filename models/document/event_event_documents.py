from odoo import fields, models
from odoo.tools import format_date, format_time, groupby

from ...tools import half_days

# What fits on a landscape A4 sheet with room to sign.
SHEET_ROWS = 9
SHEET_COLUMNS = 6


class EventEvent(models.Model):
    """What the documents of a session say of it: dates, hours, place and attendance sheets."""

    _inherit = "event.event"

    training_hours = fields.Char(
        string="Daily Hours",
        help="Such as “9:00–12:30 and 13:30–17:00”. Empty: from the first hour of the session to the "
        "last one.",
    )
    training_access = fields.Text(
        string="Getting There", help="Access, parking, whom to ask for; printed on convocations."
    )

    def _passport_period(self, slot=None):
        """Return begin and end of the session, or of one slot, in the session's timezone."""
        self.ensure_one()
        tz = self._passport_timezone()
        begin = slot.start_datetime if slot else self.date_begin
        end = slot.end_datetime if slot else self.date_end
        return (
            fields.Datetime.context_timestamp(self.with_context(tz=str(tz)), begin),
            fields.Datetime.context_timestamp(self.with_context(tz=str(tz)), end),
        )

    def _passport_dates_text(self, slot=None):
        """Return the days of the session, or of one slot, in words."""
        begin, end = (moment.date() for moment in self._passport_period(slot))
        first = format_date(self.env, begin, date_format="d MMMM yyyy")
        if begin == end:
            return self.env._("on %(day)s", day=first)
        last = format_date(self.env, end, date_format="d MMMM yyyy")
        return self.env._("from %(first)s to %(last)s", first=first, last=last)

    def _passport_hours_text(self, slot=None):
        """Return the daily hours: as typed on the session, else from begin to end."""
        self.ensure_one()
        if self.training_hours and not slot:
            return self.training_hours
        begin, end = self._passport_period(slot)
        return self.env._(
            "from %(begin)s to %(end)s",
            begin=format_time(self.env, begin.time(), time_format="short"),
            end=format_time(self.env, end.time(), time_format="short"),
        )

    def _passport_place(self):
        """Return the place as lines of text; empty where nothing is entered."""
        self.ensure_one()
        if self.address_id:
            # A venue is no secret: sales people see sessions whose address they cannot open.
            address = self.address_id.sudo()
            return list(dict.fromkeys([address.name or "", *address._passport_address_lines()]))
        return [self.env._("Online"), self.event_url] if self.event_url else []

    def _passport_trainers_text(self):
        """Return the trainers with their job position or qualification."""
        self.ensure_one()
        labels = dict(
            self.env["res.partner"]
            ._fields["trainer_qualification"]
            ._description_selection(self.env)
        )
        texts = []
        for trainer in self.trainer_ids.sudo():
            title = trainer.function or labels.get(trainer.trainer_qualification)
            texts.append(f"{trainer.name} ({title})" if title else trainer.name)
        return ", ".join(texts)

    # ------------------------------------------------------------
    # Attendance sheets
    # ------------------------------------------------------------

    def _passport_attendance_pages(self):
        """Return the pages of the attendance sheets of this session.

        A session with slots has sheets for each slot. Attendees and half-days are cut so that each
        page fits a sheet of paper and can be signed by itself.

        :returns: list of ``{"slot", "half_days": [{"day", "label"}], "attendees", "number", "count"}``
        """
        self.ensure_one()
        seats = self.registration_ids.filtered(lambda seat: seat.state in ("open", "done"))
        seats = seats.sorted(lambda seat: ((seat._passport_attendee_name() or "").lower(), seat.id))
        pages = []
        for slot in self.event_slot_ids.sorted("start_datetime") if self.is_multi_slots else [None]:
            inside = seats.filtered(lambda seat, slot=slot: not slot or seat.event_slot_id == slot)
            columns = self._passport_half_days(slot)
            pages += [
                {"slot": slot, "half_days": days, "attendees": people}
                for days in half_days.chunks(columns, SHEET_COLUMNS)
                for people in half_days.chunks(inside, SHEET_ROWS)
            ]
        return [dict(page, number=number) for number, page in enumerate(pages, 1)]

    def _passport_half_days(self, slot=None):
        """Return ``[{"day", "label", "first", "span"}]`` for the half-days, in the sheet's words."""
        labels = {
            half_days.MORNING: self.env._("Morning"),
            half_days.AFTERNOON: self.env._("Afternoon"),
        }
        return [
            {
                "date": day,
                "day": format_date(self.env, day, date_format="EEE d MMM yyyy"),
                "label": labels[half],
            }
            for day, half in half_days.half_days(*self._passport_period(slot))
        ]

    def _passport_day_headers(self, columns):
        """Return ``[(day, number of half-days)]`` of the columns of one page."""
        return [(day, len(group)) for day, group in groupby(columns, lambda half: half["day"])]

    # ------------------------------------------------------------
    # Convocations
    # ------------------------------------------------------------

    def action_passport_convocations(self):
        """Open the dialog that sends the convocations of this session."""
        self.ensure_one()
        self.registration_ids._check_passport_convocation_rights()
        return self._passport_convocation_dialog(self.registration_ids._passport_to_convoke())

    def _passport_convocation_dialog(self, registrations):
        dialog = self.env["passport.convocation"].create(
            {"event_id": self.id, "registration_ids": [fields.Command.set(registrations.ids)]}
        )
        return dialog._get_records_action(name=self.env._("Send Convocations"), target="new")

    def _passport_attendance_file_name(self):
        """Return the name of the file of the attendance sheets."""
        self.ensure_one()
        return self.env._("Attendance sheet - %s", self.name).replace("/", "-")
