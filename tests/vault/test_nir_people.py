import base64
import os
from unittest.mock import patch

from odoo import tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import uninstall_hook
from ..common import MODULE
from .test_nir import NIR, OTHER_NIR, SHOWN, NirCase
from .test_nir_keys import VARIABLE, VAULT_LOGGER, key


@tagged("post_install", "-at_install", "passport")
class TestNirPeople(NirCase):
    def assertOneRow(self, person):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(len(self.row_of(person)), 1)
        self.assertEqual((self.nir_of(person), person.nir_state), (SHOWN, "provided"))

    def test_archived_and_back(self):
        registration = self.make_registration(attendee=self.zoe)
        self.zoe.active = False
        self.assertOneRow(self.zoe)
        self.assertEqual(registration.passport_state, "ready")
        self.zoe.active = True
        self.assertOneRow(self.zoe)

    def test_other_employer(self):
        other = self.make_client("Scierie du Nord", "51234987900019")
        registration = self.make_registration(attendee=self.zoe)
        self.env.flush_all()
        self.zoe.parent_id = other
        self.assertOneRow(self.zoe)
        self.assertEqual(registration.employer_id, self.client)

    def test_other_training_body(self):
        row = self.row_of(self.zoe)
        self.assertTrue(self.as_role(row, "manager").search([("id", "=", row.id)]))
        self.zoe.write({"parent_id": False, "company_id": self.other_company.id})
        self.assertOneRow(self.zoe)
        self.assertEqual(row.company_id, self.other_company)
        self.assertFalse(self.as_role(row, "manager").search([("id", "=", row.id)]))
        self.users["manager"].write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        self.assertTrue(self.as_role(row, "manager").search([("id", "=", row.id)]))

    def test_given_access_to_the_portal(self):
        self.zoe.email = "zoe@example.com"
        wizard = self.env["portal.wizard"].create({"partner_ids": [Command.set(self.zoe.ids)]})
        wizard.user_ids.action_grant_access()
        self.assertTrue(self.zoe.user_ids)
        self.assertOneRow(self.zoe)

    def test_user_of_a_trainee(self):
        user = self.make_user("trainee", "base.group_portal", partner_id=self.zoe.id)
        copy = user.copy({"login": "copy"})
        self.assertNotEqual(copy.partner_id, self.zoe)
        self.assertEqual(
            (self.nir_of(copy.partner_id), copy.partner_id.nir_state), (False, "missing")
        )
        user.nir = OTHER_NIR
        self.assertEqual(self.nir_of(self.zoe).replace(" ", ""), OTHER_NIR)
        self.zoe.nir = NIR
        user.unlink()
        self.assertOneRow(self.zoe)

    def test_duplicated_with_all_its_contacts(self):
        copy = self.client.copy()
        self.assertFalse(self.row_of(copy | copy.child_ids))

    def test_state_is_not_brought_along_when_made(self):
        """Neither a default of the context nor a stored default gives a state."""
        self.env["ir.default"].set("res.partner", "nir_state", "provided")
        people = self.as_role(self.env["res.partner"], "declarant")
        self.assertEqual(people.create({"name": "Inès"}).nir_state, "missing")
        with self.assertRaises(AccessError):
            people.with_context(default_nir_state="refused").create({"name": "Inès"})


@tagged("post_install", "-at_install", "passport")
class TestNirTwins(NirCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.make_attendee("Zoé Lefevre", nir=NIR)

    def test_each_names_the_other(self):
        for one, other in ((self.zoe, self.twin), (self.twin, self.zoe)):
            seen = self.as_role(one, "declarant")
            self.assertEqual(seen.same_nir_partner_ids.ids, other.ids)
        self.assertFalse(self.as_role(self.theo, "declarant").same_nir_partner_ids)

    def test_noticed_in_a_constant_number_of_queries(self):
        people = self.make_attendees([f"Personne {number}" for number in range(20)])
        self.queries_of(lambda: people.mapped("same_nir_partner_ids"))
        few = self.queries_of(lambda: people[:5].mapped("same_nir_partner_ids"))
        self.assertEqual(self.queries_of(lambda: people.mapped("same_nir_partner_ids")), few)

    def test_other_company_s_twin_is_not_named(self):
        self.twin.write({"parent_id": False, "company_id": self.other_company.id})
        self.assertFalse(self.as_role(self.zoe, "declarant").same_nir_partner_ids)

    def test_link_opens_the_merge_filled_in(self):
        action = self.as_role(self.zoe, "declarant").action_merge_same_nir()
        self.assertEqual(action["res_model"], "base.partner.merge.automatic.wizard")
        wizard = self.as_role(self.env[action["res_model"]], "declarant")
        wizard = wizard.with_context(**action["context"]).create({})
        self.assertEqual(set(wizard.partner_ids.ids), set((self.zoe | self.twin).ids))
        wizard.action_merge()
        self.env.invalidate_all()
        kept = (self.zoe | self.twin).exists()
        self.assertEqual(len(kept), 1)
        self.assertEqual((self.nir_of(kept), kept.nir_state), (SHOWN, "provided"))
        self.assertEqual(len(self.row_of(kept)), 1)
        self.assertFalse(kept.same_nir_partner_ids)

    def test_merge_of_a_number_that_cannot_be_read_loses_nothing(self):
        """The key may come back: what it sealed must not be thrown away."""
        without = self.make_attendee("Zoé Lefebvre", nir=False)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        self.env.flush_all()
        self.env.invalidate_all()
        with (
            patch.dict(os.environ, {VARIABLE: key("other")}),
            mute_logger(VAULT_LOGGER),
            self.assertRaises(UserError),
        ):
            wizard._merge((without | self.zoe).ids, without)
        self.env.invalidate_all()
        self.assertEqual(self.nir_of(self.zoe.exists()), SHOWN)

    def test_merge_keeps_who_collected_it(self):
        """The retention goes on: a merge is no new collection."""
        self.row_of(self.zoe).sudo().collected_on = "2026-01-01 10:00:00"
        without = self.make_attendee("Zoé Lefebvre", nir=False)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (without | self.zoe).ids, without
        )
        self.env.invalidate_all()
        self.assertEqual(str(self.row_of(without).collected_on), "2026-01-01 10:00:00")


@tagged("post_install", "-at_install", "passport")
class TestNirOfCopiesOfTheDatabase(NirCase):
    def test_neutralized_copy_holds_none(self):
        refused = self.make_attendee("Inès", nir=False)
        refused.action_nir_refused()
        self.file_of(self.make_deposit(self.make_registration(attendee=self.zoe)))
        upload = self.env["base_import.import"].create(
            {"res_model": "res.partner", "file": b"nom;nir", "file_name": "x.csv"}
        )
        self.env["passport.portal.upload"]._keep(self.users["portal"], "orders/1", [{"nir": NIR}])
        self.env.flush_all()
        with tools.file_open(f"{MODULE}/data/neutralize.sql") as stream:
            self.env.cr.execute(stream.read())
        self.env.invalidate_all()
        for table in ("passport_nir", "passport_nir_seal", "passport_portal_upload"):
            self.assertEqual(self.sql(f"SELECT count(*) FROM {table}"), [(0,)], table)
        self.assertFalse(upload.sudo().sealed_file)
        self.assertEqual((self.nir_of(self.zoe), self.zoe.nir_state), (False, "missing"))
        self.assertEqual(refused.nir_state, "refused")
        self.assertFalse(self.env["res.partner"].search([("nir_state", "=", "provided")]))

    def test_uninstalled_leaves_nothing(self):
        person = self.make_attendee("Inès", nir=False)
        dialog = self.env["passport.nir.refuse"].create({"partner_id": person.id})
        dialog.proof = base64.b64encode(b"Non.")
        dialog.action_confirm()
        proof = person.nir_refusal_proof_id
        self.make_deposit(self.make_registration(attendee=self.zoe))
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("passeport_prevention.nir_log_months", "12")
        gone, kept = self.make_searches()
        uninstall_hook(self.env)
        self.env.invalidate_all()
        self.assertFalse(proof.exists())
        self.assertFalse([record for record in gone if record.exists()])
        self.assertTrue(all(record.exists() for record in kept))
        for model, domain in [
            ("ir.sequence", [("code", "in", ("passport.declaration", "passport.deposit"))]),
            ("ir.config_parameter", [("key", "=like", "passeport_prevention.%")]),
            # They would keep people, sessions and the reasons of rejections from being deleted.
            ("passport.declaration", []),
            ("passport.declaration.line", []),
            ("passport.deposit", []),
            ("passport.nir", []),
        ]:
            with self.subTest(model=model):
                self.assertFalse(self.env[model].sudo().search(domain))

    def make_searches(self):
        """Make favourites and lists to export, of what goes with the addon and of what stays."""
        favourites, exports = self.env["ir.filters"].sudo(), self.env["ir.exports"].sudo()
        ours, mixed, theirs = (
            favourites.create({"name": domain, "model_id": model, "domain": domain})
            for model, domain in [
                ("passport.declaration", "[]"),
                ("event.registration", "[('passport_state', '=', 'ready')]"),
                ("event.registration", "[('state', '=', 'open')]"),
            ]
        )
        listed, columns = (
            exports.create({"name": model, "resource": model})
            for model in ("passport.deposit", "event.registration")
        )
        column, other = (
            exports.export_fields.create({"name": name, "export_id": columns.id})
            for name in ("employer_id/name", "name")
        )
        return (ours, mixed, listed, column), (theirs, columns, other)

    def test_privacy_lookup_finds_the_row(self):
        module = self.env["ir.module.module"].search([("name", "=", "privacy_lookup")])
        if module.state != "installed":
            self.skipTest("privacy_lookup is not installed")
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": self.zoe.name, "email": self.zoe.email or "zoe@example.com"}
        )
        wizard.action_lookup()
        self.assertIn("passport.nir", wizard.line_ids.mapped("res_model"))
