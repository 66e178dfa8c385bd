from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import Form, tagged

from ...models.declaration.passport_outdated import SEPARATORS
from ...tools import siret
from ..common import SIRET_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestOutdated(PassportCase):
    """Whether a generated file would come out another one now, asked each time a deposit is opened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session()
        cls.zoe, cls.theo = cls.make_attendees(["Zoé Lefèvre", "Théo Riou"])
        cls.registrations = cls.make_registrations(cls.session, cls.zoe | cls.theo)
        cls.other_client = cls.make_client("Charpentes Ouessant", "51234987900019")

    def generated(self, registrations=None):
        deposit = self.make_deposit(registrations or self.registrations, role="declarant")
        self.file_of(deposit)
        return deposit

    def is_outdated(self, deposit):
        self.env.flush_all()
        self.env.invalidate_all()
        return deposit.is_outdated

    def test_whatever_is_in_the_file(self):
        deposit = self.generated()
        self.assertFalse(self.is_outdated(deposit))
        one = self.registrations[1]
        for record, values in [
            (self.theo, {"birth_name": "MARTIN"}),
            (self.company, {"passport_without_accents": True}),
            (self.client, {"company_registry": "51234987900019"}),
            (self.client, {"company_registry": False}),
            (self.client, {"passport_no_siret": True}),
            (one, {"employer_id": self.other_client.id}),
            (one, {"without_employer": True}),
            (one, {"employer_reference": "M 12"}),
            (one, {"validity_start_date": "2026-09-12"}),
            (one, {"validity_end_date": "2027-01-31"}),
            (self.training, {"name": "SST"}),
            (self.training, {"nsf_code_ids": [Command.set(self.codes("nsf", 2).ids)]}),
            (self.session, {"training_modality": "MIXTE"}),
            (self.session, {"date_begin": "2026-09-08 07:00:00"}),
        ]:
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                record.write(values)
                self.assertTrue(self.is_outdated(deposit))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_is_written_otherwise_is_the_same(self):
        deposit = self.generated()
        groups = SIRET_CLIENT[:3], SIRET_CLIENT[3:6], SIRET_CLIENT[6:9], SIRET_CLIENT[9:]
        for separator in (*SEPARATORS, ".", "\u2009", "–"):
            with self.subTest(separator=separator), self.env.cr.savepoint() as savepoint:
                self.client.company_registry = separator.join(groups)
                self.assertFalse(self.is_outdated(deposit))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_lines_are_compared_one_by_one_where_it_may_matter_only(self):
        deposit = self.generated()
        service = type(self.env["passport.frozen"])
        with patch.object(service, "_stale_lines", autospec=True) as compared:
            self.client.company_registry = f"{SIRET_CLIENT[:9]} {SIRET_CLIENT[9:]}"
            self.assertFalse(self.is_outdated(deposit))
            compared.assert_not_called()

    def test_separators_are_left_out_of_a_siret_wherever_it_is_read(self):
        for separator in SEPARATORS:
            self.assertEqual(siret.compact(f"73{separator}2"), "732")

    def test_withdrawn_attendees_are_in_no_file(self):
        deposit = self.make_deposit(self.registrations, role="declarant")
        deposit.line_ids.filtered(lambda line: line.partner_id == self.theo).sudo()._withdraw()
        self.file_of(deposit)
        self.theo.birth_name = "MARTIN"
        self.assertFalse(self.is_outdated(deposit))

    def test_query_count_does_not_grow_with_the_attendees(self):
        counts = []
        # The first time only fills what is cached for all.
        for size in (3, 5, 25):
            sessions = [self.make_session(name=f"Session {size} {n}") for n in range(size // 2)]
            people = self.make_attendees([f"Personne {size:02d}{n:02d}" for n in range(size)])
            registrations = self.env["event.registration"].union(
                *(
                    self.make_registrations(session, people[n :: len(sessions)])
                    for n, session in enumerate(sessions)
                )
            )
            deposit = self.generated(registrations)
            counts.append(self.queries_of(lambda deposit=deposit: Form(deposit)))
        self.assertEqual(counts[1], counts[2])
