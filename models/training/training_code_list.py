from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import code_list
from .training_reference import CODE_FIELDS

BATCH = 1000


class TrainingCodeList(models.AbstractModel):
    """What an official list changes: new codes, new labels, codes that are there no longer."""

    _name = "training.code.list"
    _description = "Official List of Codes"

    @api.model
    def _compare(self, nomenclature, listed, is_complete):
        """Return the ``code_list.Plan`` that makes the codes be what a list says.

        :param listed: ``code_list.CodeList``
        :param is_complete: whether codes that the list does not hold have disappeared
        """
        codes = self.env["training.code"]
        codes.check_access("read")
        codes.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT code, name, valid_until, active, disappeared_on IS NOT NULL
                  FROM training_code WHERE nomenclature = %s
                """,
                nomenclature,
            )
        )
        known = {code: tuple(values) for code, *values in rows}
        return code_list.compare(known, listed, is_complete)

    @api.model
    def _apply(self, nomenclature, plan, source):
        """Do what a plan says, all of it or nothing: the caller's transaction decides.

        Codes that disappeared are archived, never deleted; those that come back and that a list had
        archived are proposed again, while what a user archived stays so.

        :param source: where the list comes from, kept on the codes
        """
        codes = self.env["training.code"].with_context(active_test=False)
        codes.check_access("create")
        codes.check_access("write")
        today = self.env["passport.clock"]._today()
        codes.flush_model()
        rows = [(code, *values[:2]) for code, values in {**plan.new, **plan.changed}.items()]
        rows += [(code, *values) for code, values in plan.gone.items() if values[1]]
        for start in range(0, len(rows), BATCH):
            self._upsert(nomenclature, rows[start : start + BATCH], today, source)
        # Stored fields and constraints of other models may follow whether a code is proposed.
        codes.invalidate_model()
        for changes, values in (
            (plan.back, {"active": True, "disappeared_on": False}),
            (plan.gone, {"active": False, "disappeared_on": today}),
        ):
            codes.search(
                [("nomenclature", "=", nomenclature), ("code", "in", list(changes))]
            ).sudo().write(values)
        self.env.flush_all()

    @api.model
    def _upsert(self, nomenclature, rows, today, source):
        """Write the labels and end dates ``[(code, label, end), …]``, codes that are new included.

        In SQL, since the ORM takes a minute for what a list of 50,000 rows changes. Its constraints
        were checked when the list was read, and its stored computed fields are filled here.
        """
        codes = self.env["training.code"]
        values = [
            SQL(
                "(%s, %s, %s, %s::date, %s, %s, %s::boolean)",
                nomenclature,
                code,
                label,
                end or None,
                codes._search_key_of(code, label),
                codes._nsf_function(nomenclature, code) or None,
                codes._is_transmitted(nomenclature),
            )
            for code, label, end in rows
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO training_code (
                    nomenclature, code, name, valid_until, search_key, nsf_function, is_transmitted,
                    active, listed_on, source, create_uid, create_date, write_uid, write_date
                )
                SELECT listed.*, TRUE, %(today)s, %(source)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (VALUES %(values)s) AS listed
                ON CONFLICT (nomenclature, code) DO UPDATE SET
                    name = EXCLUDED.name,
                    valid_until = EXCLUDED.valid_until,
                    search_key = EXCLUDED.search_key,
                    listed_on = EXCLUDED.listed_on,
                    source = EXCLUDED.source,
                    write_uid = EXCLUDED.write_uid,
                    write_date = EXCLUDED.write_date
                """,
                today=today,
                source=source or None,
                uid=self.env.uid,
                now=self.env.cr.now(),
                values=SQL(", ").join(values),
            )
        )

    @api.model
    def _fault_texts(self):
        """Return ``{fault code: text with a placeholder}`` of what can be wrong with a row."""
        return {
            code_list.CODE_MISSING: self.env._("no code for “%(value)s”."),
            code_list.CODE_WRONG: self.env._("“%(value)s” is not a code of this nomenclature."),
            code_list.LABEL_MISSING: self.env._("%(value)s has no label."),
            code_list.LABEL_CONTROL: self.env._(
                "the label of %(value)s holds a character that cannot be seen."
            ),
            code_list.LABELS_DIFFER: self.env._("%(value)s is there twice, with two labels."),
            code_list.DATE_WRONG: self.env._("the end date of %(value)s cannot be read."),
        }

    @api.model
    def _trainings_with(self, nomenclature, codes):
        """Return the active trainings that use any of these codes (a collection of strings)."""
        found = (
            self.env["training.code"]
            .with_context(active_test=False)
            .search([("nomenclature", "=", nomenclature), ("code", "in", list(codes))])
        )
        return self.env["product.template"].search(
            Domain("service_tracking", "=", "event")
            & Domain.OR(Domain(fname, "in", found.ids) for fname in ("rs_code_id", *CODE_FIELDS))
        )
