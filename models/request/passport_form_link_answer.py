from odoo import fields, models
from odoo.tools import format_datetime

from ...tools import nir
from ...tools.text import clean_text, forbidden_characters

NAME_LENGTH = 100


class PassportFormLink(models.Model):
    """What an attendee answers on the form: checked, then stored, all of it or nothing."""

    _inherit = "passport.form.link"

    def _answer_faults(self, answer):
        """Tell what is wrong with an answer, in words and without the number.

        :param answer: ``{"nir", "birth_name", "name_note": str, "notice": bool}``
        :returns: ``{field: message}`` in the order of the form, empty when all is right
        """
        self.ensure_one()
        needs_nir, needs_birth_name = self.registration_id._passport_form_needs()
        faults = {
            "name_note": self._name_note_fault(answer["name_note"]),
            "nir": needs_nir and self._nir_fault(answer["nir"]),
            "birth_name": needs_birth_name and self._birth_name_fault(answer["birth_name"]),
            "notice": not answer["notice"]
            and self.env._("Tick this box once you have read how your data are used."),
        }
        return {fname: message for fname, message in faults.items() if message}

    def _nir_fault(self, text):
        parsed = nir.parse(text)
        if parsed.problem == nir.EMPTY:
            return self.env._("Type your social security number.")
        # Here the card is at hand: without its key a typing error would go unseen.
        problem = parsed.problem or (nir.KEY_UNCHECKED in parsed.warnings and nir.BAD_LENGTH)
        return problem and self.env["res.partner"]._nir_problem_text(problem)

    def _birth_name_fault(self, text):
        if not text:
            return self.env._("Type your birth name.")
        # Also lest a number typed into the wrong box is stored in clear.
        if any(char.isdigit() for char in text):
            return self.env._("A name holds no digits.")
        texts = self.env["res.partner"].new({"birth_name": text})._birth_name_problem_texts()
        return texts[0] if texts else None

    def _name_note_fault(self, text):
        if any(char.isdigit() for char in text):
            return self.env._("A name holds no digits.")
        if len(text) > NAME_LENGTH or forbidden_characters(text):
            return self.env._("Type your first and last name, as on your identity document.")
        return None

    def _give(self, answer):
        """Store an answer without fault; the link is used up."""
        self.ensure_one()
        registration = self.registration_id.with_company(self.registration_id.company_id)
        needs_nir, needs_birth_name = registration._passport_form_needs()
        self._close("given")
        person = registration.attendee_partner_id
        if needs_birth_name:
            person.birth_name = clean_text(answer["birth_name"])
        if needs_nir:
            reason = registration.env._("Given by the person through the personal form.")
            registration.env["passport.nir"]._store({person: answer["nir"]}, reason)
        note = clean_text(answer["name_note"])
        if note and note != person.name:
            registration._passport_form_note_name(note)
        registration._passport_form_log(self.env._("The attendee filled in the form."))

    def _refuse(self):
        """Record that the person refuses to give the NIR; the link is used up."""
        self.ensure_one()
        registration = self.registration_id.with_company(self.registration_id.company_id)
        self._close("refused")
        registration.attendee_partner_id._refuse_nir_by_form(*self._refusal_statement())
        registration._passport_form_log(self.env._("The attendee refuses to give the NIR."))
        registration._passport_form_todo(
            self.env._("The attendee refuses to give the NIR: tell the employer, who declares.")
        )

    def _close(self, outcome):
        now = fields.Datetime.now()
        self.write({"done_on": now, "notice_read_on": now, "outcome": outcome})
        # Two answers at once: the second one waits here, then finds the link used.
        self.flush_recordset()

    def _refusal_statement(self):
        """Return the name and the text of the file that proves the refusal."""
        registration = self.registration_id
        moment = format_datetime(
            self.env,
            fields.Datetime.now(),
            tz=registration.event_id.date_tz,
            lang_code=self.env.lang,
        )
        text = self.env._(
            "On %(moment)s, %(name)s declared, through the personal link sent by %(company)s for the "
            "training “%(training)s”:\n\n"
            "- to have read for what purpose and on what ground the social security number is asked;\n"
            "- to refuse to give it to %(company)s;\n"
            "- to know that %(company)s cannot declare this training, which the employer then has to "
            "declare.\n",
            moment=moment,
            name=self.partner_id.name,
            company=registration.company_id.name,
            training=registration.training_id.name or registration.event_id.name,
        )
        return self.env._("Refusal to give the NIR.txt"), text
