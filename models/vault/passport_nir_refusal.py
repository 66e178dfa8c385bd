from odoo import api, models
from odoo.exceptions import UserError


class PassportNirRefusal(models.AbstractModel):
    """Refusals to give the NIR: their employer then declares. Their written proof is kept."""

    _name = "passport.nir.refusal"
    _description = "Refusals to Give the NIR"

    @api.model
    def _record(self, people, reason=None):
        """Record that these people refuse to give their NIR.

        :param reason: how it was told, for the access log
        :raises UserError: the NIR of one of them is known
        """
        for person in people:
            if person.nir_state == "provided":
                raise UserError(
                    self.env._(
                        "The NIR of %s is known. Erase it before recording a refusal.",
                        person.display_name,
                    )
                )
        people._set_nir_state("refused")
        self.env["passport.nir.access"]._record(people, "refuse", reason)

    @api.model
    def _keep_proof(self, person, name, moment, **content):
        """Keep the proof of a refusal with the contact.

        :param name: the file's name
        :param moment: when the person refused
        :param content: ``raw`` or ``datas`` of the attachment
        """
        person = person.sudo()
        person.nir_state_date = moment
        person.nir_refusal_proof_id = person.env["ir.attachment"].create(
            {"name": name, "res_model": person._name, "res_id": person.id, **content}
        )

    @api.model
    def _record_from_form(self, person, name, text):
        """Record the refusal that this person has declared on the personal form.

        :param name: the name of the proof
        :param text: what the person declared
        """
        person = person.sudo()
        # Only a number that is no use can still be there: the form asks for it again.
        person.nir_vault_ids._erase("erase")
        self._record(person, self.env._("Declared by the person through the personal form."))
        now = self.env["passport.clock"]._now()
        self._keep_proof(person, name, now, raw=text.encode())
