from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _follows_declarations(self, company, group):
        """Tell whether this person, at work, is in ``group`` and works for ``company``."""
        self.ensure_one()
        user = self.sudo()
        return (
            user.active and not user.share and company in user.company_ids and user.has_group(group)
        )

    @api.model
    def _passport_responsible(self, group, company=None):
        """Return one user of a group of the app to give work to, people before the administrator.

        :param group: name of the group, without the addon's
        :param company: who may work in it; any if there is none
        """
        domain = [
            ("all_group_ids", "in", self.env.ref(f"passeport_prevention.{group}").ids),
            ("share", "=", False),
        ]
        if company:
            domain.append(("company_ids", "in", company.ids))
        found = self.sudo().search(domain, order="id") - self.env.ref("base.user_root")
        return (found - self.env.ref("base.user_admin"))[:1] or found[:1]
