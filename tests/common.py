import itertools
import os
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.fields import Command, Domain
from odoo.tests import TransactionCase, freeze_time, tagged

from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT
from odoo.addons.mail.tests.common import mail_new_test_user

from ..models.ground.passport_sending import KINDS
from ..tools import nir

NOW = datetime(2026, 10, 15, 10, 0)
NIR_KEYS = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
MODULE = "passeport_prevention"
# A person's birth name holds no digit: for names such as “Stagiaire 12”.
LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
# Each has just what its name says: rights that come from elsewhere would hide access errors.
ROLES = {
    "user": f"{MODULE}.group_passport_user",
    "declarant": f"{MODULE}.group_passport_declarant",
    "manager": f"{MODULE}.group_passport_manager",
    "sales": "sales_team.group_sale_salesman",
    "event": "event.group_event_user",
    "internal": "base.group_user",
    "portal": "base.group_portal",
}
# Luhn-valid and invented, but for La Poste's.
SIRET_OF_A, SIRET_OF_B = "81234567600017", "90123456700013"
SIRET_CLIENT, SIRET_OTHER_CLIENT = "78945612600018", "51234987900019"
SIRET_LA_POSTE = "35600000049837"


def nir_with_key(body):
    """Return ``body`` (13 characters) with its key, computed without the addon's own code."""
    department = {"2A": "19", "2B": "18"}.get(body[5:7], body[5:7])
    return f"{body}{97 - int(body[:5] + department + body[7:]) % 97:02d}"


@freeze_time(NOW)
@tagged("post_install", "-at_install", "passport")
class PassportCase(TransactionCase):
    """Two training bodies, one user per role, a client, and factories whose records are ready to
    be declared unless told otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, PASSPORT_NIR_KEYS=NIR_KEYS))
        cls.env = cls.env(context=dict(cls.env.context, **DISABLED_MAIL_CONTEXT))
        cls.speak_english_on_the_website()
        cls.have_old_sirets()
        cls.france = cls.env.ref("base.fr")
        cls.company = cls.make_company("Prévention Atlantique", SIRET_OF_A)
        cls.other_company = cls.make_company("Sécurité Réunion", SIRET_OF_B)
        cls.env = cls.env(
            context=dict(
                cls.env.context, allowed_company_ids=[cls.company.id, cls.other_company.id]
            )
        )
        cls.users = {role: cls.make_user(role, groups) for role, groups in ROLES.items()}
        cls.numbers = itertools.count(1)
        cls.client = cls.make_client("Menuiserie Bréhat", SIRET_CLIENT)
        cls.training = cls.make_training()

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    @classmethod
    def speak_english_on_the_website(cls):
        """Where there is a website, its language and not the visitor's is that of the portal."""
        if "website" in cls.env:
            # A website whose language is not active answers nothing but errors.
            english = cls.env["res.lang"]._activate_lang("en_US")
            values = {"language_ids": [Command.link(english.id)], "default_lang_id": english.id}
            cls.env["website"].search([]).write(values)

    @classmethod
    def have_old_sirets(cls):
        """Beside OCA's l10n_fr_siret, which refuses wrong SIRETs: old data have some all the same."""
        partners = cls.env["res.partner"]
        if "same_siren_partner_ids" in partners._fields:
            checks = [one for one in partners._constraint_methods if one.__name__ != "_check_siret"]
            cls.classPatch(type(partners), "_constraint_methods", checks)

    @classmethod
    def make_company(cls, name, siret):
        company = cls.env["res.company"].create({"name": name, "country_id": cls.france.id})
        company.company_registry = siret
        company.passport_events_are_trainings = True
        # Everything may be sent, unless a test says otherwise.
        company.write({kind.field: "2020-01-01" for kind in KINDS})
        company.passport_sending_answered_on = NOW
        return company

    @classmethod
    def make_user(cls, role, groups, **values):
        return mail_new_test_user(
            cls.env,
            **{
                "login": f"passport_{role}",
                "name": f"Test {role}",
                "groups": groups,
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "tz": "Europe/Paris",
                **values,
            },
        )

    @classmethod
    def make_client(cls, name, siret, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.france.id,
                "company_registry": siret,
                **values,
            }
        )

    @classmethod
    def next_nir(cls):
        """Return a NIR, key included, that no other test person has."""
        return nir_with_key(f"185047500{next(cls.numbers):04d}")

    @classmethod
    def make_attendee(cls, name="Zoé Lefèvre", **values):
        """Create a person who can be declared: birth name, NIR, employed by the client."""
        return cls.make_attendees([name], **values)

    @classmethod
    def make_attendees(cls, names, **values):
        return cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": cls.client.id,
                    "birth_name": name.split()[-1].upper().translate(LETTERS),
                    "nir": cls.next_nir(),
                    **values,
                }
                for name in names
            ]
        )

    @classmethod
    def speak_english(cls):
        """Have the users of all roles read the source's words, which a test looks for."""
        cls.env["res.lang"]._activate_lang("en_US")
        for user in cls.users.values():
            user.lang = "en_US"

    @classmethod
    def nir_of(cls, person):
        """Return the NIR of ``person`` as declarants see it; superuser code itself sees none."""
        row = cls.env["passport.nir"].search([("partner_id", "=", person.id)])
        number = row and row._own_number(cls.env["passport.nir.keys"]._ring_or_none())
        return nir.display(number) if number else False

    def as_role(self, record, role):
        """Return ``record`` in the eyes of a role, with nothing in the cache of another."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.users[role]).with_context(
            allowed_company_ids=self.users[role].company_ids.ids
        )

    # ------------------------------------------------------------
    # What
    # ------------------------------------------------------------

    @classmethod
    def codes(cls, nomenclature, count=1, start=0):
        return cls.env["training.code"].search(
            [("nomenclature", "=", nomenclature)], limit=count, offset=start, order="code"
        )

    @classmethod
    def make_training(cls, **values):
        """Create a training that gives an attestation, with as many codes as needed."""
        return cls.env["product.template"].create(
            {
                "name": "Sauveteur secouriste du travail",
                "type": "service",
                "service_tracking": "event",
                "passport_aims_prevention": "yes",
                "passport_gives_proof": "yes",
                "passport_is_transferable": "yes",
                "passport_category": "3",
                "rome_code_ids": [Command.set(cls.codes("rome", 3).ids)],
                "formacode_ids": [Command.set(cls.codes("formacode").ids)],
                "nsf_code_ids": [Command.set(cls.codes("nsf").ids)],
                "validity_months": 24,
                **values,
            }
        )

    @classmethod
    def make_certifying_training(cls, **values):
        return cls.make_training(
            **{
                "name": "CACES R489 catégorie 3",
                "is_certifying": True,
                "rs_code_id": cls.codes("rs").id,
                "formacode_ids": False,
                "nsf_code_ids": False,
                **values,
            }
        )

    @classmethod
    def make_session(cls, training=None, **values):
        """Create a session that was held on 9 and 10 September 2026, Paris time."""
        return cls.env["event.event"].create(
            {
                "name": "SST de septembre",
                "date_begin": "2026-09-09 07:00:00",
                "date_end": "2026-09-10 15:00:00",
                "date_tz": "Europe/Paris",
                "company_id": cls.company.id,
                "training_id": (cls.training if training is None else training).id,
                "event_mail_ids": False,
                **values,
            }
        )

    @classmethod
    def make_slot(cls, session, day, **values):
        return cls.env["event.slot"].create(
            {"event_id": session.id, "date": day, "start_hour": 9, "end_hour": 17, **values}
        )

    @classmethod
    def make_registration(cls, session=None, attendee=None, **values):
        """Register one person, who attended; by default everything to declare them is known."""
        attendee = cls.make_attendee() if attendee is None else attendee
        return cls.make_registrations(session, attendee, **values)

    @classmethod
    def make_registrations(cls, session, attendees, **values):
        session = cls.make_session() if session is None else session
        return cls.env["event.registration"].create(
            [
                {
                    "event_id": session.id,
                    "attendee_partner_id": attendee.id,
                    "partner_id": cls.client.id,
                    "state": "done",
                    **values,
                }
                for attendee in attendees
            ]
        )

    def make_ready(self, count, session=None):
        """Register ``count`` people who are ready, in one session."""
        names = [f"Personne {number:04d}" for number in range(count)]
        return self.make_registrations(session, self.make_attendees(names))

    # ------------------------------------------------------------
    # Declaring
    # ------------------------------------------------------------

    def make_wizard(self, sessions=None, role=None, **values):
        wizard = self.env["passport.declare"]
        if role:
            wizard = self.as_role(wizard, role)
        return wizard.create(
            {
                "company_id": self.company.id,
                "event_ids": [Command.set(sessions.ids)] if sessions else False,
                **values,
            }
        )

    def declare(self, registrations, **values):
        """Prepare the declarations of the sessions of ``registrations``."""
        return self.make_wizard(registrations.event_id, **values).action_prepare()

    def make_deposit(self, registrations, role=None, **values):
        """Prepare ``registrations`` and put their declarations into a deposit."""
        declarations = self.declare(registrations, **values)
        deposit = declarations._create_deposit()
        return self.as_role(deposit, role) if role else deposit

    def file_of(self, deposit):
        """Return the import file, made by a declarant where nobody in particular asks for it."""
        if deposit.env.uid != SUPERUSER_ID:
            return deposit._render_file()
        declarant = self.users["declarant"]
        declarant.company_ids |= deposit.company_id
        deposit = deposit.with_user(declarant)
        return deposit.with_context(allowed_company_ids=deposit.company_id.ids)._render_file()

    @contextmanager
    def numbered_unique_ids(self):
        """Number the unique identifiers of new lines instead of drawing them, and so the marks."""
        lines = self.env["passport.declaration.line"].sudo()
        last = lines.search([], order="id desc", limit=1).id or 0
        with patch.object(type(self.env["passport.numbering"]), "_mark", lambda _self: "MARKED"):
            yield
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE passport_declaration_line line
               SET unique_id = '00000000-0000-4000-8000-' || lpad(ranked.place::text, 12, '0')
              FROM (SELECT id, row_number() OVER (ORDER BY id) AS place
                      FROM passport_declaration_line WHERE id > %s) ranked
             WHERE ranked.id = line.id
            """,
            (last,),
        )
        self.env.invalidate_all()

    def type_name(self, form, name):
        """Type the name of a person into a contact's form; beside OCA's partner_firstname it has two."""
        form["lastname" if "lastname" in self.env["res.partner"]._fields else "name"] = name

    # ------------------------------------------------------------
    # Readiness
    # ------------------------------------------------------------

    def issue_codes(self, registration):
        return [code for code, _message, _record in registration._passport_issues()[registration]]

    def issue(self, registration, code):
        """Return ``(message, record to mend)`` of an issue that must be there, once."""
        found = [
            (message, record)
            for found_code, message, record in registration._passport_issues()[registration]
            if found_code == code
        ]
        self.assertEqual(len(found), 1, f"{code} among {self.issue_codes(registration)}")
        return found[0]

    def queries_of(self, function):
        """Return how many queries ``function`` makes, once what is cached for all is cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def only_beside_odoo(self):
        """Skip what is counted without other addons: those that are not Odoo's make queries of their own."""
        of_odoo = Domain("author", "=ilike", "odoo") | Domain("author", "=ilike", "odoo s.a.%")
        others = (
            self.env["ir.module.module"]
            .sudo()
            .search(Domain("state", "=", "installed") & Domain("name", "!=", MODULE) & ~of_odoo)
        )
        if others:
            self.skipTest(f"beside {', '.join(others.mapped('name'))}")
