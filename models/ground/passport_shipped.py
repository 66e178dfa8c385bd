from odoo import api, models
from odoo.exceptions import UserError

from .base import MODULE


class PassportShipped(models.AbstractModel):
    """Records of which some come with the addon: these are archived, never deleted.

    An update of the addon would bring them back, perhaps over the one made in their place.
    """

    _name = "passport.shipped"
    _description = "Records That Come with the Addon"

    # A model of Odoo's may have it false: code of other addons that clears records away keeps working.
    _shipped_kept_from_code = True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        if self.env.su and not self._shipped_kept_from_code:
            return
        for record_id, xml_id in self.get_external_id().items():
            if xml_id.startswith(f"{MODULE}."):
                raise UserError(
                    self.env._(
                        "“%s” comes with the addon: archive it instead of deleting it.",
                        self.browse(record_id).display_name,
                    )
                )
