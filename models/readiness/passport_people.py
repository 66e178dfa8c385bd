from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# A NIR is kept while one of its person's registrations is in one of these states.
PENDING_STATES = ("blocked", "ready", "in_progress", "rejected")
# What of an employer is judged; not dependencies of a field, see ``_refresh_employed``.
EMPLOYER_FIELDS = {"company_registry", "country_id"}
# Those that end when the number goes.
LOST_STATES = ("blocked", "ready", "rejected")


class PassportPeople(models.AbstractModel):
    """What becomes of people's readiness when something changes in the vault, and what it asks back."""

    _name = "passport.people"
    _description = "Readiness of People"

    # ------------------------------------------------------------
    # Followed
    # ------------------------------------------------------------

    @api.model
    def _after_numbers(self, given, gone, touched):
        self._refresh(given | gone | touched)

    @api.model
    def _after_partner_write(self, partners, values, _memo):
        if not EMPLOYER_FIELDS.isdisjoint(values):
            self._refresh_employed(partners)

    @api.model
    def _refresh(self, people):
        """Recompute the readiness of all registrations of these people."""
        self._registrations_of([("attendee_partner_id", "in", people.ids)])._mark_passport_state()

    @api.model
    def _refresh_employed(self, partners):
        """Recompute the readiness of everybody these companies employ, after their SIRET or country did.

        Not a dependency of the field: Odoo writes the SIRET of a company on each of its contacts,
        one by one, and every one of these writes would look for registrations.
        """
        if companies := partners.filtered("is_company"):
            self._registrations_of([("employer_id", "in", companies.ids)])._mark_passport_state()

    @api.model
    def _registrations_of(self, domain):
        return self.env["event.registration"].sudo().with_context(active_test=False).search(domain)

    # ------------------------------------------------------------
    # Asked
    # ------------------------------------------------------------

    @api.model
    def _erasure_texts(self, person):
        """Return what erasing the number of ``person`` means for trainings to be declared."""
        count = (
            self.env["event.registration"]
            .sudo()
            .search_count(
                [
                    ("attendee_partner_id", "=", person.id),
                    ("passport_state", "in", LOST_STATES),
                ]
            )
        )
        if not count:
            return []
        return [self.env._("Trainings of this person that you can no longer declare: %s.", count)]

    @api.model
    def _needed_query(self):
        """Return the SQL of the ids of the people who are still to be declared."""
        domain = Domain("passport_state", "in", PENDING_STATES) & self._still_to_come_domain()
        query = self.env["event.registration"].sudo()._search(domain)
        return query.select(SQL.identifier(query.table, "attendee_partner_id"))

    @api.model
    def _still_to_come_domain(self):
        """Return the domain of the registrations whose deadline did not pass too long ago.

        Without a deadline the end of the session counts; without a company the longest limit.
        """
        today = self.env["passport.clock"]._today()
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        by_months = companies.search_fetch([], ["nir_overdue_months"]).grouped("nir_overdue_months")
        longest = max(by_months, default=0)

        def not_before(months):
            limit = today - relativedelta(months=months)
            return Domain("passport_deadline", ">=", limit) | (
                Domain("passport_deadline", "=", False) & Domain("event_id.date_end", ">=", limit)
            )

        return (Domain("company_id", "=", False) & not_before(longest)) | Domain.OR(
            Domain("company_id", "in", found.ids) & not_before(months)
            for months, found in by_months.items()
        )
