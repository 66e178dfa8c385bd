from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

USER_GROUP = "passeport_prevention.group_passport_user"
DECLARANT_GROUP = "passeport_prevention.group_passport_declarant"
MANAGER_GROUP = "passeport_prevention.group_passport_manager"
SALES_GROUP = "sales_team.group_sale_salesman"


class PassportRights(models.AbstractModel):
    """Which role has the user? The one place that asks, for what access rights alone do not say.

    What concerns a NIR is not decided here but at the vault's door, where superuser code counts for
    nothing.
    """

    _name = "passport.rights"
    _description = "Rights in the Passeport de prévention"

    @api.model
    def _has(self, group):
        """Tell whether the user is in a group (``USER_GROUP`` and its likes)."""
        return self.env.user.has_group(group)

    @api.model
    def _check(self, group, message=None):
        """Check that the user is in a group of the addon; superuser code may everything.

        :param message: what to tell who is not
        :raises AccessError: the user is not in the group
        """
        if self.env.su or self._has(group):
            return
        raise AccessError(
            message or self.env._("Only users of the Passeport de prévention may do this.")
        )

    @api.model
    def _check_company(self, companies):
        """Check that training bodies are the user's own, before anything is done for them as superuser.

        A dialog's company is its user's, but a program may say another one.

        :raises AccessError: names the one that is not
        """
        others = companies - self.env.user.company_ids
        if others and self.env.uid != SUPERUSER_ID:
            raise AccessError(
                self.env._("%s is not one of your companies.", others[0].sudo().display_name)
            )

    @api.model
    def _check_client_facing(self):
        """Check that the user declares or sells: who may tell a client what concerns it.

        :raises AccessError: the user does neither
        """
        if not self._has(SALES_GROUP):
            message = self.env._(
                "Only users of the Passeport de prévention and sales people may do this."
            )
            self._check(USER_GROUP, message)

    @api.model
    def _looking_after(self, users, group, company=None):
        """Return who is given something to do: the first of these users who is still at work, else one
        of a group. What is given to who has left is seen by nobody.

        :param users: those who look after it, the nearest first; some may be none
        :param group: see :meth:`_responsible`
        """
        found = (user for user in users if self._is_at_work(user, company))
        return next(found, None) or self._responsible(group, company)

    @api.model
    def _is_at_work(self, user, company=None):
        """Tell whether a user may still look after what is a company's: has neither left nor been moved."""
        user = user.sudo()
        return user.active and not user.share and (not company or company in user.company_ids)

    @api.model
    def _responsible(self, group, company=None):
        """Return one user of a group of the addon to give work to, people before the administrator.

        :param group: ``USER_GROUP`` or one of its likes
        :param company: who may work in it; any if there is none
        """
        domain = [("all_group_ids", "in", self.env.ref(group).ids), ("share", "=", False)]
        if company:
            domain.append(("company_ids", "in", company.ids))
        users = self.env["res.users"].sudo().search(domain, order="id")
        found = users - self.env.ref("base.user_root")
        return (found - self.env.ref("base.user_admin"))[:1] or found[:1]
