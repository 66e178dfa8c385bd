from odoo import api, models


class PassportEnrolmentKeep(models.AbstractModel):
    """Keeps the good rows of a list: employers, contacts, registrations, numbers, in that order."""

    _name = "passport.enrolment.keep"
    _description = "Keeping of Lists"

    @api.model
    def _keep(self, preview, with_employers, may_numbers):
        """Enrol the rows of a preview that was judged in this call; return their registrations."""
        rows = preview.kept
        if with_employers:
            self._create_employers(rows)
        fresh = self._create_people(rows, preview.target)
        registrations = self._enrol(rows, preview.target, fresh)
        # Numbers are collected for the session's training body, whichever one its user works in.
        keeper = self.with_company(preview.event.company_id)
        keeper._keep_numbers(rows, may_numbers)
        return registrations

    @api.model
    def _create_employers(self, rows):
        """Make a company for each SIRET that nobody has, where the list names it."""
        wanted = {}
        for row in rows:
            if row.person.siret and row.person.employer and not row.employer:
                wanted.setdefault(row.person.siret, row.person.employer)
        france = self.env.ref("base.fr")
        made = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "company_registry": number,
                    "country_id": france.id,
                }
                for number, name in wanted.items()
            ]
        )
        companies = dict(zip(wanted, made, strict=True))
        for row in rows:
            if not row.employer and row.person.siret in companies:
                row.employer = companies[row.person.siret]

    @api.model
    def _create_people(self, rows, target):
        """Give each row without a contact a new one; return those."""
        wanted = [row for row in rows if not row.partner]
        # As superuser: who registers people need not be allowed to make contacts, here as elsewhere.
        people = (
            self.env["res.partner"]
            .sudo()
            .with_context(passport_close_later=True)
            .create([self._person_values(row, target) for row in wanted])
        )
        for row, person in zip(wanted, people, strict=True):
            row.partner = person.with_env(self.env)
        return people

    @api.model
    def _person_values(self, row, target):
        client = target.client.commercial_partner_id
        parent = row.employer if row.employer else client
        return {
            "name": row.person.name,
            "email": row.person.email or False,
            "phone": row.person.phone or False,
            "parent_id": parent.id if parent.is_company else False,
            "company_id": parent.company_id.id,
            "lang": target.client.lang or self.env.lang,
        }

    # ------------------------------------------------------------
    # Registrations
    # ------------------------------------------------------------

    @api.model
    def _enrol(self, rows, target, fresh):
        """Return the registrations of these rows: seats ordered and not named yet, then new ones."""
        model = self.env["event.registration"]
        waiting = self._waiting_seats(target)
        named, new = rows[: len(waiting)], rows[len(waiting) :]
        for seat, row in zip(waiting, named, strict=False):
            seat.write(self._registration_values(row))
        seat_values = self._seat_values(target)
        # Not the mail "after each registration", which Odoo would send and commit in the middle.
        made = model.with_context(install_mode=True).create(
            [{**seat_values, **self._registration_values(row)} for row in new]
        )
        self._note_unsent(made)
        seats = model.concat(waiting[: len(named)], made.with_env(self.env))
        of_fresh = seats.filtered(lambda seat: seat.attendee_partner_id in fresh)
        of_fresh._assign_attendee({"attendee_created": True})
        return seats

    @api.model
    def _waiting_seats(self, target):
        """Return the registrations of an order line that nobody is named for."""
        if not target.order_line:
            return self.env["event.registration"]
        return target.order_line.registration_ids.filtered(
            lambda seat: seat.state != "cancel" and not seat.attendee_partner_id
        ).sorted("id")

    @api.model
    def _seat_values(self, target):
        values = {
            "event_id": target.event.id,
            "event_slot_id": target.slot.id,
            "event_ticket_id": target.ticket.id,
            "partner_id": target.client.id,
        }
        if target.order_line:
            values.update(
                sale_order_id=target.order_line.order_id.id,
                sale_order_line_id=target.order_line.id,
            )
        return {fname: value for fname, value in values.items() if value}

    @api.model
    def _registration_values(self, row):
        values = {
            "name": row.person.name,
            "email": row.person.email,
            "phone": row.person.phone,
            "attendee_partner_id": row.partner.id,
            "employer_id": row.employer.id,
            "employer_reference": row.person.reference,
        }
        return {
            fname: value for fname, value in values.items() if value or fname in ("email", "phone")
        }

    @api.model
    def _note_unsent(self, registrations):
        """Have Odoo take the mails "after each registration" for sent: nobody asked for them."""
        schedulers = registrations.event_id.sudo().event_mail_ids.filtered(
            lambda scheduler: scheduler.interval_type == "after_sub"
        )
        self.env["event.mail.registration"].sudo().create(
            [
                {
                    "scheduler_id": scheduler.id,
                    "registration_id": registration.id,
                    "mail_sent": True,
                }
                for scheduler in schedulers
                for registration in registrations
            ]
        )

    # ------------------------------------------------------------
    # Numbers and names
    # ------------------------------------------------------------

    @api.model
    def _keep_numbers(self, rows, may_numbers):
        """Seal the numbers and write the birth names that are not known yet; record refusals."""
        names = {
            row.partner.sudo(): row.person.birth_name
            for row in rows
            if row.person.birth_name and not row.partner.sudo().birth_name
        }
        if names:
            self.env["passport.birth.names"]._set(names)
        if not may_numbers:
            return
        numbers = {row.partner: row.person.nir for row in rows if self._takes_number(row)}
        if numbers:
            self.env["passport.nir"]._store(numbers, self.env._("From a list of people."))
        refusing = self.env["res.partner"].union(
            *(row.partner for row in rows if row.person.refuses)
        )
        refusing = refusing.filtered(lambda person: person.nir_state in ("missing", "purged"))
        if refusing:
            reason = self.env._("According to a list of people.")
            self.env["passport.nir.refusal"]._record(refusing, reason)

    @api.model
    def _takes_number(self, row):
        """Tell whether the number of a row is to be stored: what is there stays, a refusal too."""
        if not row.person.nir or row.person.refuses or "number_of_another" in row.told:
            return False
        person = row.partner.sudo()
        if person.nir_state == "provided":
            codes = person.nir_vault_ids._check_code_list() if person.nir_vault_ids else []
            return "nir_invalid" in codes
        return person.nir_state in ("missing", "purged")
