from odoo import api, models

MODULE = "passeport_prevention"


def is_derived(field):
    """Tell whether a field of this addon follows from others, or from what was done: nobody types it.

    That is each stored field that is readonly and has no inverse: states, counts, issues, deadlines,
    what a file was, who did something and when.
    """
    return bool(
        field.store
        and field.readonly
        and not field.inverse
        and field.name not in models.MAGIC_COLUMNS
        and field._modules
        and field._modules[0] == MODULE
    )


class Base(models.AbstractModel):
    """Values that follow from others cannot be written by a user, whichever way they come.

    One rule for all models and fields of the addon, the day they are written: over RPC, in an import,
    by a default of the context, in a server action of a user. Its own services write them as
    superuser, once they have checked who asks.
    """

    _inherit = "base"

    @api.model
    def _has_field_access(self, field, operation):
        return super()._has_field_access(field, operation) and not (
            operation == "write" and not self.env.su and not self._transient and is_derived(field)
        )
