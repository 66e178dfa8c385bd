from odoo import api, fields, models
from odoo.tools import float_repr, format_time


class PassportWording(models.AbstractModel):
    """How do documents say it? Dates, hours, places and people in words, in the language at hand."""

    _name = "passport.wording"
    _description = "Wording of Documents"

    @api.model
    def _period(self, event, slot=None):
        """Return begin and end of a session, or of one slot, in the session's timezone."""
        event = event.with_context(tz=str(event._passport_timezone()))
        begin = slot.start_datetime if slot else event.date_begin
        end = slot.end_datetime if slot else event.date_end
        return (
            fields.Datetime.context_timestamp(event, begin),
            fields.Datetime.context_timestamp(event, end),
        )

    @api.model
    def _dates(self, event, slot=None):
        """Return the days of a session, or of one slot."""
        begin, end = (moment.date() for moment in self._period(event, slot))
        words = self.env["passport.words"]
        first = words._day(begin)
        if begin == end:
            return self.env._("on %(day)s", day=first)
        return self.env._("from %(first)s to %(last)s", first=first, last=words._day(end))

    @api.model
    def _hours(self, event, slot=None):
        """Return the daily hours: as typed on the session, else from begin to end."""
        if event.training_hours and not slot:
            return event.training_hours
        begin, end = self._period(event, slot)
        return self.env._(
            "from %(begin)s to %(end)s",
            begin=format_time(self.env, begin.time(), time_format="short"),
            end=format_time(self.env, end.time(), time_format="short"),
        )

    @api.model
    def _place(self, event):
        """Return the place of a session as lines of text; empty where nothing is entered."""
        if event.address_id:
            # A venue is no secret: sales people see sessions whose address they cannot open.
            venue = event.address_id.sudo()
            return list(dict.fromkeys([venue.name or "", *self._address(venue)]))
        return [self.env._("Online"), event.event_url] if event.event_url else []

    @api.model
    def _address(self, partner):
        """Return the lines of a contact's address that are filled in, without its name.

        Without a country it is written as in France, where these documents are from.
        """
        address_format, values = partner._prepare_display_address(without_company=True)
        if not partner.country_id:
            # Not `ref`, which asks the database each time.
            france = self.env["ir.model.data"]._xmlid_to_res_id("base.fr")
            address_format = self.env["res.country"].browse(france).address_format
        lines = (address_format % values).split("\n")
        return [line.strip() for line in lines if line.strip()]

    @api.model
    def _modality(self, event):
        """Return how a session is delivered, ``None`` where that is not entered."""
        return self._label(event, "training_modality")

    @api.model
    def _trainers(self, event):
        """Return the trainers of a session with their job position or qualification."""
        texts = []
        for trainer in event.trainer_ids.sudo():
            title = trainer.function or self._label(trainer, "trainer_qualification")
            texts.append(f"{trainer.name} ({title})" if title else trainer.name)
        return ", ".join(texts)

    @api.model
    def _label(self, record, fname):
        labels = dict(record._fields[fname]._description_selection(self.env))
        return labels.get(record[fname])

    @api.model
    def _duration(self, hours):
        """Return a number of hours as ``14 hours``, in the language's decimals; empty without any."""
        if not hours:
            return ""
        text = float_repr(hours, 2).rstrip("0").rstrip(".")
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        text = text.replace(".", lang.decimal_point or ".")
        if self.env["passport.words"]._is_one(hours):
            return self.env._("%s hour", text)
        return self.env._("%s hours", text)
