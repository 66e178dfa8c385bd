from odoo import fields, models


class ResPartner(models.Model):
    """Refusals to give the NIR, and their proof."""

    _inherit = "res.partner"

    def _keep_refusal_proof(self, name, moment, **content):
        """Keep the proof of a refusal with the contact.

        :param name: the file's name
        :param moment: when the person refused
        :param content: ``raw`` or ``datas`` of the attachment
        """
        self.ensure_one()
        person = self.sudo()
        person.nir_state_date = moment
        person.nir_refusal_proof_id = person.env["ir.attachment"].create(
            {"name": name, "res_model": "res.partner", "res_id": person.id, **content}
        )

    def _refuse_nir_by_form(self, name, text):
        """Record the refusal that this person has declared on the form.

        :param name: the name of the proof
        :param text: what the person declared
        """
        self.ensure_one()
        person = self.sudo()
        # Only a number that is no use can still be there: the form asks for it again.
        person.nir_vault_ids._erase("erase")
        person._set_nir_state("refused")
        reason = self.env._("Declared by the person through the personal form.")
        self.env["passport.nir.access"]._record(person, "refuse", reason)
        person._keep_refusal_proof(name, fields.Datetime.now(), raw=text.encode())
