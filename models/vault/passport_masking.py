from markupsafe import Markup

from odoo import api, models

from ...tools.nir_html import hide_numbers_in_html
from ...tools.nir_text import HIDDEN, hide_numbers
from ..ground.passport_rights import DECLARANT_GROUP

# What stands for a number hidden while a mail was read: the message that is made of it tells of it.
FRESH = f"{HIDDEN}\u2060"
# What the employees of the database's own company write of themselves is no business of this addon.
FOREIGN = ("hr.",)
WAITING_TEXTS = ("body", "body_html", "subject")


class PassportMasking(models.AbstractModel):
    """Hides the NIRs that come in where nobody asks for them: replies, notes, mails, names of files.

    What is stored never had them; the declarant is told, so that the person is asked properly.
    """

    _name = "passport.masking"
    _description = "Masking of Numbers in Messages"

    @api.model
    def _is_ours(self, model):
        """Tell whether what is written on records of a model is looked at."""
        return not (model or "").startswith(FOREIGN)

    @api.model
    def _html(self, body, mark=HIDDEN):
        """Return an HTML body without numbers; the very same object where there is none."""
        hidden = hide_numbers_in_html(body, mark)
        if hidden == (body or ""):
            return body
        return Markup(hidden) if isinstance(body, Markup) else hidden

    @api.model
    def _text(self, text, mark=HIDDEN):
        """Return a text without numbers."""
        return hide_numbers(text, mark) if text else text

    @api.model
    def _message_values(self, values):
        """Hide the numbers of a message about to be stored; tell whether there was one."""
        if not self._is_ours(values.get("model")):
            return False
        found = False
        for fname, hide in (("body", self._html), ("subject", self._text)):
            before = values.get(fname)
            if not isinstance(before, str):
                continue
            hidden = hide(before)
            if FRESH in hidden:
                hidden = hidden.replace(FRESH, HIDDEN)
            if hidden != before:
                values[fname] = hidden
                found = True
        return found

    @api.model
    def _waiting_values(self, values, records):
        """Return values without numbers, of what is kept until it is posted or sent.

        :param records: those they are written on, none while they are created
        """
        texts = [fname for fname in WAITING_TEXTS if isinstance(values.get(fname), str)]
        models_of = records.mapped("model") if records else [values.get("model")]
        if not texts or not any(map(self._is_ours, models_of)):
            return values
        hide = {"subject": self._text}
        return {**values, **{fname: hide.get(fname, self._html)(values[fname]) for fname in texts}}

    @api.model
    def _incoming(self, values):
        """Hide the numbers of a mail that comes in, before anything is made of it."""
        for fname, hide in (("body", self._html), ("subject", self._text)):
            if isinstance(values.get(fname), str):
                values[fname] = hide(values[fname], FRESH)
        values["attachments"] = [
            self._incoming_file(attachment) for attachment in values.get("attachments") or ()
        ]
        hidden = any(FRESH in (values.get(fname) or "") for fname in ("body", "subject"))
        if hidden:
            # The whole mail as it came in would hold the number still.
            values["attachments"] = [
                attachment
                for attachment in values["attachments"]
                if attachment[0] != "original_email.eml"
            ]

    @api.model
    def _incoming_file(self, attachment):
        name = self._text(attachment[0])
        if name == attachment[0]:
            return attachment
        if hasattr(attachment, "_replace"):
            return attachment._replace(fname=name)
        return (name, *attachment[1:])

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    @api.model
    def _tell(self, messages):
        """Give the declarant something to do for the records on which a number was hidden."""
        for message in messages:
            record = message.model and message.res_id and message.env.get(message.model)
            if record is None or not hasattr(record, "activity_schedule"):
                continue
            self._tell_on(record.sudo().browse(message.res_id).exists())

    @api.model
    def _tell_on(self, record):
        declarant = record and self._declarant(record)
        if not declarant:
            return
        words = self.with_context(lang=declarant.lang).env
        summary = words._("A social security number was hidden in a message")
        mine = record.activity_ids.filtered(lambda activity: activity.user_id == declarant)
        if summary in mine.mapped("summary"):
            return
        record.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=words._(
                "It was not kept. Ask the person to give it on the personal form, or enter it on the "
                "contact; a number that came by e-mail is best deleted from the mailbox too."
            ),
            user_id=declarant.id,
        )

    @api.model
    def _declarant(self, record):
        """Return who is told: who looks after the record, if a declarant, else the first declarant."""
        declarants = self.env.ref(DECLARANT_GROUP).sudo().all_user_ids
        declarants = declarants.filtered(lambda user: user.active and not user.share)
        if "user_id" in record._fields and record.user_id in declarants:
            return record.user_id
        company = record.company_id if "company_id" in record._fields else self.env.company
        own = declarants.filtered(lambda user: not company or company in user.company_ids)
        return own.sorted("id")[:1]
