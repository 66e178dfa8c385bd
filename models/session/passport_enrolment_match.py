from odoo import api, models

from ...tools import siret
from ...tools.same_name import is_same_name, name_key, name_keys
from .passport_enrolment import KNOWN, REGISTERED


class PassportEnrolmentMatch(models.AbstractModel):
    """Whom do we know of a list? By number, else by name and client; employers by SIRET."""

    _name = "passport.enrolment.match"
    _description = "Matching of Lists with Contacts"

    @api.model
    def _find(self, preview, may_numbers):
        """Give the rows of a preview their employers and contacts, and tell who is registered.

        :param may_numbers: whether the user may know who holds a number
        """
        self._find_employers(preview)
        holders = self._holders(preview) if may_numbers else {}
        people = self._people(preview)
        for row in preview:
            if row.is_kept:
                row.partner = self._person(row, preview.target, holders, people)
                self._tell_numbers(row, holders, may_numbers)
        self._tell_registered(preview)

    # ------------------------------------------------------------
    # Employers
    # ------------------------------------------------------------

    @api.model
    def _find_employers(self, preview):
        numbers = {row.person.siret for row in preview if row.person.siret}
        names = {
            row.person.employer for row in preview if row.person.employer and not row.person.siret
        }
        by_number, by_name = self._by_siret(numbers), self._by_name(names)
        client = preview.target.client.commercial_partner_id
        nobody = self.env["res.partner"]
        for row in preview:
            number, name = row.person.siret, row.person.employer
            if number:
                row.employer = by_number.get(number, nobody)
                if not row.employer:
                    row.told.append("employer_new" if name else "employer_unknown")
            elif name and name_key(name) != name_key(client.name):
                row.employer = by_name.get(name_key(name), nobody)
                if not row.employer:
                    row.told.append("employer_unsure")
            elif client.is_company:
                row.employer = client

    @api.model
    def _by_siret(self, numbers):
        """Return ``{SIRET: company}`` of the companies that the user may read."""
        if not numbers:
            return {}
        partners = self.env["res.partner"]
        partners.flush_model(["company_registry", "is_company", "active"])
        self.env.cr.execute(
            """
            SELECT id
              FROM res_partner
             WHERE is_company AND active
               AND regexp_replace(company_registry, '[^0-9]', '', 'g') = ANY(%s)
             ORDER BY id DESC
            """,
            [list(numbers)],
        )
        found = partners.browse(row[0] for row in self.env.cr.fetchall())
        # The oldest one last, so that it is the one that stays.
        return {siret.compact(one.company_registry): one for one in found._filtered_access("read")}

    @api.model
    def _by_name(self, names):
        """Return ``{name key: company}`` where one company alone is called so."""
        if not names:
            return {}
        domain = [("is_company", "=", True), ("name", "in", list(names))]
        found = self.env["res.partner"].search(domain)
        by_name = found.grouped(lambda company: name_key(company.name))
        return {key: companies for key, companies in by_name.items() if len(companies) == 1}

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    @api.model
    def _holders(self, preview):
        """Return ``{NIR of the list: contacts that hold it}`` of those the user may read.

        Asked of the vault's door once for each look at a list: it tells the access log.
        """
        if preview.holders is None:
            numbers = [row.person.nir for row in preview if row.person.nir]
            reason = self.env._("From a list of people.")
            preview.holders = self.env["passport.vault"]._holders(numbers, reason)
        people = self.env["res.partner"]
        return {number: people.browse(ids) for number, ids in preview.holders.items()}

    @api.model
    def _people(self, preview):
        """Return ``{(client, name key): [contacts]}`` of the clients and employers of a list."""
        known = self.env["passport.known.people"].sudo()
        clients = preview.target.client.commercial_partner_id
        for row in preview:
            clients |= row.employer.commercial_partner_id
        names = [row.person.name for row in preview]
        people = known._people_of_clients(clients.sudo(), names) if clients else set()
        people |= known._private_people([row.person.email for row in preview])
        found = {}
        for client, person in sorted(people, key=lambda pair: (not pair[1].active, pair[1].id)):
            for key in name_keys(person.name):
                found.setdefault((client.id, key), []).append(person)
        return found

    @api.model
    def _person(self, row, target, holders, people):
        """Return the contact of a row, an empty one where nobody is known."""
        nobody = self.env["res.partner"]
        if held := holders.get(row.person.nir):
            row.status = KNOWN
            if not is_same_name(held[0].name, row.person.name):
                row.told.append("other_name")
            return held[0]
        clients = (target.client.commercial_partner_id, row.employer.commercial_partner_id, nobody)
        for client in dict.fromkeys(clients):
            namesakes = self._namesakes(people, client, row.person.name)
            if person := self._same(row, target, namesakes):
                row.status = KNOWN
                return person.with_env(self.env)
        return nobody

    @api.model
    def _namesakes(self, people, client, name):
        """Return a client's people who are called so, in one of the official spellings."""
        found = {}
        for key in sorted(name_keys(name)):
            found.update((person.id, person) for person in people.get((client.id, key), ()))
        return sorted(found.values(), key=lambda person: (not person.active, person.id))

    @api.model
    def _same(self, row, target, namesakes):
        """Return the one of the same name that is meant: no address of their own says otherwise."""
        company, email = target.event.company_id, row.person.email.lower()
        allowed = [
            person for person in namesakes if not person.company_id or person.company_id == company
        ]
        for person in allowed:
            if email and person.email_normalized == email:
                return person
        return next(
            (person for person in allowed if not email or not person.email_normalized), None
        )

    @api.model
    def _tell_numbers(self, row, holders, may_numbers):
        person, state = row.person, row.partner.sudo().nir_state
        if person.nir and not may_numbers:
            row.told.append("no_declarant")
        elif (
            person.nir
            and row.partner
            and row.partner not in holders.get(person.nir, row.partner.browse())
        ):
            if person.nir in holders:
                row.told.append("number_of_another")
            elif state == "provided":
                row.told.append("other_number")
        if person.refuses:
            if state == "provided":
                row.told.append("refusal_known_number")
            elif not may_numbers:
                row.told.append("refusal_untold")

    @api.model
    def _tell_registered(self, preview):
        """Tell who is in the session already, for the same training; of two alike the first stays."""
        target = preview.target
        seats = (
            self.env["event.registration"]
            .sudo()
            .search_fetch(
                [
                    ("event_id", "=", target.event.id),
                    ("event_slot_id", "=", target.slot.id),
                    ("state", "!=", "cancel"),
                ],
                ["attendee_partner_id", "training_id", "event_ticket_id", "name"],
            )
        )
        training = self._training(target)
        taken = {
            seat.attendee_partner_id.id
            for seat in seats
            if seat.attendee_partner_id and (not training or seat.training_id == training)
        }
        for row in preview:
            if row.is_kept and row.partner:
                if row.partner.id in taken:
                    row.status = REGISTERED
                    row.told.append(REGISTERED)
                taken.add(row.partner.id)

    @api.model
    def _training(self, target):
        """Return the training that the seats of a list are for, as far as it is known before."""
        return target.event.sudo()._passport_training_of(target.ticket.sudo())
