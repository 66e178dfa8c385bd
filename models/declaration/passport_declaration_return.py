from odoo import models

CODE_FIELDS = ("is_certifying", "rs_code", "rome_codes", "formacodes", "nsf_codes")


class PassportDeclaration(models.Model):
    """What changed in a session and its training since they were declared."""

    _inherit = "passport.declaration"

    def _has_changed(self, registration, fnames=None):
        """Tell whether what was declared differs from what the registration's session says now.

        :param fnames: look at these fields only
        """
        self.ensure_one()
        values = self._training_values(registration)
        return any(
            (self._fields[fname].convert_to_write(self[fname], self) or False)
            != (values[fname] or False)
            for fname in fnames or values
        )
