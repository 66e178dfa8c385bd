from odoo import api, fields, models
from odoo.tools import format_datetime

from ...tools import nir
from ...tools.text import clean_text, forbidden_characters

NAME_LENGTH = 100


class PassportPersonalFormAnswer(models.AbstractModel):
    """What an attendee answers on the form: checked, then stored, all of it or nothing."""

    _name = "passport.personal.form.answer"
    _description = "Answer on a Personal Form"

    @api.model
    def _faults(self, link, answer):
        """Tell what is wrong with an answer, in words and without the number.

        :param link: the personal link it came through
        :param answer: ``{"nir", "birth_name", "name_note": str, "notice": bool}``
        :returns: ``{field: message}`` in the order of the form, empty when all is right
        """
        needs_nir, needs_birth_name = self._needs(link)
        faults = {
            "name_note": self._name_note_fault(answer["name_note"]),
            "nir": needs_nir and self._nir_fault(answer["nir"]),
            "birth_name": needs_birth_name and self._birth_name_fault(answer["birth_name"]),
            "notice": not answer["notice"]
            and self.env._("Tick this box once you have read how your data are used."),
        }
        return {fname: message for fname, message in faults.items() if message}

    @api.model
    def _needs(self, link):
        return self.env["passport.personal.form"]._needs(link.registration_id)

    @api.model
    def _nir_fault(self, text):
        parsed = nir.parse(text)
        if parsed.problem == nir.EMPTY:
            return self.env._("Type your social security number.")
        # Here the card is at hand: without its key a typing error would go unseen.
        problem = parsed.problem or (nir.KEY_UNCHECKED in parsed.warnings and nir.BAD_LENGTH)
        return problem and self.env["passport.typed"]._nir_text(problem)

    @api.model
    def _birth_name_fault(self, text):
        if not text:
            return self.env._("Type your birth name.")
        # Also lest a number typed into the wrong box is stored in clear.
        if any(char.isdigit() for char in text):
            return self.env._("A name holds no digits.")
        texts = self.env["passport.typed"]._birth_name_texts(text)
        return texts[0] if texts else None

    @api.model
    def _name_note_fault(self, text):
        if any(char.isdigit() for char in text):
            return self.env._("A name holds no digits.")
        if len(text) > NAME_LENGTH or forbidden_characters(text):
            return self.env._("Type your first and last name, as on your identity document.")
        return None

    @api.model
    def _give(self, link, answer):
        """Store an answer without fault; the link is used up."""
        link.ensure_one()
        registration = link.registration_id.with_company(link.registration_id.company_id)
        request = self.env["passport.request"]
        needs_nir, needs_birth_name = self._needs(link)
        self._close(link, "given")
        person = registration.attendee_partner_id
        if needs_birth_name:
            person.birth_name = clean_text(answer["birth_name"])
        if needs_nir:
            reason = registration.env._("Given by the person through the personal form.")
            registration.env["passport.nir"]._store({person: answer["nir"]}, reason)
        note = clean_text(answer["name_note"])
        if note and note != person.name:
            request._note_name(registration, note)
        request._log(registration, request._words()._("The attendee filled in the form."))

    @api.model
    def _refuse(self, link):
        """Record that the person refuses to give the NIR; the link is used up."""
        link.ensure_one()
        registration = link.registration_id.with_company(link.registration_id.company_id)
        request = self.env["passport.request"]
        self._close(link, "refused")
        self.env["passport.nir.refusal"]._record_from_form(
            registration.attendee_partner_id, *self._refusal_statement(link)
        )
        request._log(registration, request._words()._("The attendee refuses to give the NIR."))
        if self.env["passport.personal.form.texts"]._is_alone(registration):
            return
        request._todo(
            registration,
            request._words()._(
                "The attendee refuses to give the NIR: tell the employer, who declares."
            ),
        )

    @api.model
    def _close(self, link, outcome):
        now = fields.Datetime.now()
        link.write({"done_on": now, "notice_read_on": now, "outcome": outcome})
        # Two answers at once: the second one waits here, then finds the link used.
        link.flush_recordset()

    @api.model
    def _refusal_statement(self, link):
        """Return the name and the text of the file that proves the refusal."""
        registration = link.registration_id
        moment = format_datetime(
            self.env,
            fields.Datetime.now(),
            tz=registration.event_id.date_tz,
            lang_code=self.env.lang,
        )
        values = {
            "moment": moment,
            "name": link.partner_id.name,
            "company": registration.company_id.name,
            "training": registration.training_id.name or registration.event_id.name,
        }
        if self.env["passport.personal.form.texts"]._is_alone(registration):
            text = self.env._(
                "On %(moment)s, %(name)s declared, through the personal link sent by %(company)s for the "
                "training “%(training)s”:\n\n"
                "- to have read for what purpose and on what ground the social security number is asked;\n"
                "- to refuse to give it to %(company)s;\n"
                "- to know that %(company)s cannot declare this training, which is then not entered in the "
                "passport.\n",
                **values,
            )
        else:
            text = self.env._(
                "On %(moment)s, %(name)s declared, through the personal link sent by %(company)s for the "
                "training “%(training)s”:\n\n"
                "- to have read for what purpose and on what ground the social security number is asked;\n"
                "- to refuse to give it to %(company)s;\n"
                "- to know that %(company)s cannot declare this training, which the employer then has to "
                "declare.\n",
                **values,
            )
        return self.env._("Refusal to give the NIR.txt"), text
