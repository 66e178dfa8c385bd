from odoo import api, fields, models


class PassportProposed(models.AbstractModel):
    """Remembers which values somebody gave, of fields that are else proposed.

    A proposed field is stored, computed and editable. It follows what it is proposed from until
    somebody gives another value: from then on it stays, until the proposed value is given again.
    The model lists such fields in ``_proposals``, hands given values to ``passport.typing`` (in
    ``create`` and ``write``; in an onchange for forms, which carry ``typed_fields`` unseen), and
    computes them by it.
    """

    _name = "passport.proposed"
    _description = "Record with Proposed Values"

    typed_fields = fields.Char(
        copy=False,
        help="Names of the fields whose value somebody gave, instead of the one proposed.",
    )

    # Name of a proposed field: the method that proposes it for one record, ``None`` where it has
    # nothing to say and what is there stays.
    _proposals: dict[str, str] = {}

    def _typed_names(self):
        """Return the names of the fields of this record whose value was given."""
        self.ensure_one()
        return (self.typed_fields or "").split()


class PassportTyping(models.AbstractModel):
    """Was this value given by somebody? Then no computed one ever replaces it."""

    _name = "passport.typing"
    _description = "Values Given and Proposed"

    @api.model
    def _propose(self, records, fname):
        """Compute a field: what is proposed, or what somebody gave."""
        for record in records:
            proposed = None if fname in record._typed_names() else self._proposed(record, fname)
            record[fname] = record[fname] if proposed is None else proposed

    @api.model
    def _created(self, records, vals_list, memo):
        """Follow a creation, before anything else is looked up for the new records."""
        typed = {}
        for record, vals in zip(records, vals_list, strict=True):
            if given := [fname for fname in records._proposals if fname in vals]:
                typed |= self._typed(record, given)
        self._mark(typed)

    @api.model
    def _written(self, records, vals, memo):
        """Follow a change: the values written are given."""
        self._given(records, vals)

    @api.model
    def _given(self, records, vals):
        """Note which of the given values differ from those proposed: these stay.

        :param vals: names of fields, or a dictionary of values by such names
        """
        given = [fname for fname in records._proposals if fname in vals]
        if not given:
            return
        self._mark(self._typed(records, given))

    @api.model
    def _typed(self, records, given):
        """Return ``{record: names of its typed fields}``, those given looked at anew."""
        return {
            record: " ".join(
                sorted(
                    set(record._typed_names()) - set(given)
                    | {fname for fname in given if self._differs(record, fname)}
                )
            )
            for record in records
        }

    @api.model
    def _forget(self, records, fname):
        """Forget that the value of a field was given: it is proposed again."""
        self._mark(
            {
                record: " ".join(name for name in record._typed_names() if name != fname)
                for record in records
            }
        )

    @api.model
    def _mark(self, typed_of):
        """Write the names of the typed fields: one write for all records that have the same."""
        alike = {}
        for record, names in typed_of.items():
            if names != (record.typed_fields or ""):
                alike[names] = alike.get(names, record.browse()) | record
        for names, records in alike.items():
            records.typed_fields = names or False

    @api.model
    def _proposed(self, record, fname):
        return getattr(record, record._proposals[fname])()

    @api.model
    def _differs(self, record, fname):
        # Computed fields see what the user may not.
        field, record = record._fields[fname], record.sudo()
        proposed = self._proposed(record, fname)
        return field.convert_to_cache(record[fname], record) != field.convert_to_cache(
            False if proposed is None else proposed, record
        )
