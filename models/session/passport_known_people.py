from odoo import api, models
from odoo.fields import Domain

from ...tools.same_name import name_keys

# How many companies stand above another at most: a circle must not go on for ever.
MOST_LEVELS = 10


class PassportKnownPeople(models.AbstractModel):
    """Whom do we know at a client, or without one? The contacts an attendee may be."""

    _name = "passport.known.people"
    _description = "Known People"

    @api.model
    def _of(self, registrations):
        """Return ``{(client, key of a name): [contacts]}`` for the clients of these registrations.

        A client's people are the contacts of all companies of its group and whoever these sent before.
        People without a client are looked for among private contacts, by their e-mail address.
        """
        identity = self.env["passport.identity"]
        clients = self.env["res.partner"].sudo().union(*map(identity._client, registrations))
        people = self._people_of_clients(clients, [seat.name for seat in registrations])
        people |= self._private_people(
            [identity._email(seat) for seat in registrations if not identity._client(seat)]
        )
        found = {}
        for client, person in people:
            for key in name_keys(person.name):
                found.setdefault((client, key), []).append(person)
        return found

    @api.model
    def _people_of_clients(self, clients, names):
        """Return ``{(client, contact)}`` of the people with one of these names in the clients' groups.

        Found by the keys of the names, and not among all the client has: that may be thousands.
        """
        if not clients:
            return set()
        keys = {key for name in names for key in name_keys(name)}
        pairs = self._contacts_and_sent(Domain("is_company", "=", False) & self._called(keys))
        tops = self._tops(clients.union(*(company for company, _person in pairs)))
        of_group = {}
        for client in clients:
            of_group.setdefault(tops[client], []).append(client)
        return {
            (client, person)
            for company, person in pairs
            for client in of_group.get(tops[company], ())
        }

    @api.model
    def _tops(self, companies):
        """Return ``{company: the company at the top of its group}``.

        To who is a client, no other company of the group is known: each one's people are its own.
        """
        tops = {company: company for company in companies}
        if not self.env.user._is_internal():
            return tops
        for _level in range(MOST_LEVELS):
            above = {company: top.parent_id for company, top in tops.items() if top.parent_id}
            if not above:
                break
            tops.update(above)
        return tops

    @api.model
    def _called(self, keys):
        """Return the domain of the contacts whose name, in one of its spellings, has one of ``keys``."""
        names = ("passport_name_key", "passport_other_name_key")
        return Domain.OR(Domain(name, "in", list(keys)) for name in names)

    @api.model
    def _everybody(self, clients):
        """Return ``{(client, contact)}`` of all the clients' people."""
        return self._people_of(clients, Domain("is_company", "=", False))

    @api.model
    def _people_of(self, clients, called_so):
        """Return ``{(client, contact)}``: the clients' contacts, and whoever they sent before.

        :param called_so: the domain of the contacts that are looked for
        """
        return self._contacts_and_sent(
            called_so & Domain("commercial_partner_id", "in", clients.ids),
            Domain("passport_client_id.commercial_partner_id", "in", clients.ids)
            & Domain("attendee_partner_id", "any", called_so),
        )

    @api.model
    def _contacts_and_sent(self, contacts, sent=None):
        """Return ``{(company or private person, contact)}``: whose contact it is, and who sent it.

        :param contacts: the domain of the contacts
        :param sent: the domain of the registrations of those who were sent
        """
        # Archived people are found too.
        found = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                contacts,
                ["name", "email_normalized", "commercial_partner_id", "company_id", "active"],
            )
        )
        registrations = self.env["event.registration"].sudo().with_context(active_test=False)
        sent = sent or Domain("attendee_partner_id", "in", found.ids)
        sent_before = registrations._read_group(
            Domain("active", "=", True) & Domain("passport_client_id", "!=", False) & sent,
            ["passport_client_id", "attendee_partner_id"],
        )
        return {(contact.commercial_partner_id, contact) for contact in found} | {
            (client.commercial_partner_id, person) for client, person in sent_before
        }

    @api.model
    def _private_people(self, emails):
        """Return ``{(no client, contact)}`` for the people with one of these e-mail addresses."""
        Partner = self.env["res.partner"].sudo()
        people = Partner.with_context(active_test=False).search(
            [("email_normalized", "in", list(filter(None, emails))), ("is_company", "=", False)]
        )
        return {(Partner.browse(), person) for person in people}

    @api.model
    def _namesakes(self, registration, known):
        """Return those of ``known`` people who have the registration's name, oldest first."""
        client = self.env["passport.identity"]._client(registration)
        people = [
            person
            for key in name_keys(registration.name)
            for person in known.get((client, key), ())
        ]
        found = self.env["res.partner"].sudo().union(*people)
        return found.sorted(lambda person: (not person.active, person.id))
