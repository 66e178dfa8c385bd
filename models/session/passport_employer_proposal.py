from odoo import api, models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ...tools.mail_domains import company_domain, site_domain
from ...tools.text import fold


class PassportEmployerProposal(models.AbstractModel):
    """Which company may employ an attendee who has no employer yet? A person accepts, or not.

    It is the one called like the company typed with the registration, else the one whose own address
    or web site has the domain of the attendee's e-mail. Where there are two, none is proposed.
    """

    _name = "passport.employer.proposal"
    _description = "Proposed Employers"

    @api.model
    def _of(self, registrations):
        """Return ``{registration: company}`` of those with a proposal, in a constant number of queries."""
        waiting = registrations.filtered(
            lambda seat: seat.training_id and not seat.employer_id and not seat.without_employer
        )
        if not waiting:
            return {}
        names = {
            fold(seat.company_name): seat.company_name for seat in waiting if seat.company_name
        }
        domains = {domain for seat in waiting if (domain := company_domain(seat.email))}
        by_name, by_domain = self._companies(names, domains)
        found = {}
        for seat in waiting:
            company = self._only(by_name.get(fold(seat.company_name or "")), seat)
            company = company or self._only(by_domain.get(company_domain(seat.email)), seat)
            if company == self._own(seat):
                # An address of the training body's own stands for people who have none.
                company = None
            if company:
                found[seat] = company
        return found

    @api.model
    def _companies(self, names, domains):
        """Return the companies that may be meant: ``{folded name: [companies]}``, ``{domain: …}``.

        :param names: names as they are typed, by how they are compared
        :param domains: of e-mail addresses
        """
        called = Domain.OR(Domain("name", "=ilike", escape_psql(name)) for name in names.values())
        reached = Domain.OR(
            Domain("email_normalized", "=like", f"%@{escape_psql(domain)}")
            | Domain("website", "ilike", escape_psql(domain))
            for domain in domains
        )
        companies = self.env["res.partner"].search_fetch(
            Domain("is_company", "=", True) & (called | reached),
            ["name", "email_normalized", "website", "company_id"],
        )
        by_name, by_domain = {}, {}
        for company in companies:
            by_name.setdefault(fold(company.name), []).append(company)
            own = {company_domain(company.email_normalized), site_domain(company.website)}
            for domain in own & domains:
                by_domain.setdefault(domain, []).append(company)
        return by_name, by_domain

    @api.model
    def _only(self, companies, registration):
        """Return the one of these companies that the session's company may use, if it is one."""
        allowed = [
            company
            for company in companies or ()
            if not company.company_id or company.company_id == registration.company_id
        ]
        return allowed[0] if len(allowed) == 1 else None

    @api.model
    def _own(self, registration):
        """Return the contact of the training body, unless it was typed as the employer."""
        own = registration.company_id.sudo().partner_id
        is_typed = fold(registration.company_name or "") == fold(own.name)
        return None if is_typed else own.with_env(self.env)

    @api.model
    def _accept(self, registrations):
        """Give registrations the employers that are proposed for them."""
        registrations.check_access("write")
        proposed = self._of(registrations)
        found = registrations.filtered(lambda seat: seat in proposed)
        for company, seats in found.grouped(proposed.get).items():
            seats.write({"employer_id": company.id})
