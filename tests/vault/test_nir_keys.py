import base64
import hashlib
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..common import NIR_KEYS, PassportCase, nir_with_key
from .test_nir import NIR, OTHER_NIR, SHOWN, NirCase

VARIABLE = "PASSPORT_NIR_KEYS"
LOGGER = "odoo.addons.passeport_prevention"
VAULT_LOGGER = f"{LOGGER}.models.vault.passport_nir_sealed"
KEYS_LOGGER = f"{LOGGER}.models.vault.passport_nir_keys"
FIELDS_OF_FORM = {
    fname: {} for fname in ("name", "nir", "nir_masked", "nir_entry", "nir_state", "nir_warning")
} | {"same_nir_partner_ids": {"fields": {"display_name": {}}}}


def key(key_id):
    """Return a key in the form of the settings; ``test`` is the one of :class:`PassportCase`."""
    if key_id == "test":
        return NIR_KEYS
    return f"{key_id}:{base64.b64encode(hashlib.sha256(key_id.encode()).digest()).decode()}"


def keys(*key_ids):
    return ", ".join(map(key, key_ids))


class KeysCase(NirCase):
    def setUp(self):
        super().setUp()
        self.vault = self.env["passport.nir"]
        self.ring = self.env["passport.nir.keys"]
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(config.options, data_dir=self.folder, config=[]))
        self.key_file = os.path.join(self.folder, "passeport_prevention.keys")

    @contextmanager
    def environment(self, text):
        """Start again with this environment variable, ``None`` for none, and an empty cache."""
        self.env.flush_all()
        with patch.dict(os.environ, {VARIABLE: text or ""}):
            if text is None:
                del os.environ[VARIABLE]
            self.env.invalidate_all()
            yield
            self.env.flush_all()
        self.env.invalidate_all()

    def write_conf(self, option):
        path = os.path.join(self.folder, "odoo.conf")
        with open(path, "w") as stream:
            stream.write(f"[options]\ndb_password = 100%\n[passeport_prevention]\n{option}\n")
        config.options["config"] = [path]

    def write_key_file(self, text, mode=0o600):
        with open(self.key_file, "wb") as stream:
            stream.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(self.key_file, mode)


@tagged("post_install", "-at_install", "passport")
class TestNirKeySources(KeysCase):
    def test_environment_then_configuration_then_file(self):
        self.write_conf(f"nir_keys = {key('conf')}")
        self.write_key_file(key("file"))
        with self.environment(key("env")):
            report = self.ring._report()
            self.assertEqual((report["source"], report["primary"]), ("environment", "env"))
            self.assertFalse(report["path"])
        for empty in (None, ""):
            with self.subTest(variable=empty), self.environment(empty):
                report = self.ring._report()
                self.assertEqual((report["source"], report["primary"]), ("configuration", "conf"))
        config.options["config"] = []
        with self.environment(None):
            report = self.ring._report()
            self.assertEqual((report["source"], report["primary"]), ("file", "file"))
            self.assertEqual(report["path"], self.key_file)

    def test_configured_keys_make_no_file(self):
        self.write_conf(f"nir_keys = {key('conf')}")
        for variable in (key("env"), None):
            with self.environment(variable):
                self.zoe.nir = OTHER_NIR
                self.assertFalse(os.path.exists(self.key_file))

    def test_first_key_seals_and_all_open(self):
        with self.environment(keys("new", "test")):
            self.theo.nir = OTHER_NIR
            self.assertEqual(self.ring._report()["counts"], {"new": 1, "test": 1})
            self.env.invalidate_all()
            self.assertEqual(self.nir_of(self.zoe), SHOWN)
            self.assertEqual(self.nir_of(self.theo).replace(" ", ""), OTHER_NIR)

    def test_several_keys_in_the_configuration(self):
        self.write_conf(f"nir_keys = {key('new')},\n    {key('test')}")
        with self.environment(None):
            self.assertEqual(self.ring._ring().key_ids, ("new", "test"))
            self.assertEqual(self.nir_of(self.zoe), SHOWN)

    def test_file_is_made_once(self):
        (self.zoe | self.theo).nir = False
        with self.environment(None):
            self.zoe.nir = NIR
            with open(self.key_file) as stream:
                first = stream.read()
            self.theo.nir = OTHER_NIR
            with open(self.key_file) as stream:
                self.assertEqual(stream.read(), first)
            self.assertEqual(stat.S_IMODE(os.stat(self.key_file).st_mode), 0o600)
            self.assertEqual(os.listdir(self.folder), [os.path.basename(self.key_file)])
            self.env.invalidate_all()
            self.assertEqual(self.nir_of(self.zoe), SHOWN)


@tagged("post_install", "-at_install", "passport")
class TestNirKeysBroken(KeysCase):
    UNREADABLE = {
        "no key": "nonsense",
        "too short": "test:c2VjcmV0",
        "lost": key("other"),
        # The worst: the id says that all is well.
        "another key under the same id": key("other").replace("other:", "test:"),
    }

    def setUp(self):
        super().setUp()
        self.registration = self.make_registration(attendee=self.zoe)
        self.enterContext(mute_logger(VAULT_LOGGER, KEYS_LOGGER))

    def test_form_shows_and_says_so(self):
        for case, text in self.UNREADABLE.items():
            with self.subTest(case=case), self.environment(text):
                person = self.as_role(self.zoe, "declarant").with_context(lang="en_US")
                (values,) = person.web_read(FIELDS_OF_FORM)
                self.assertEqual(
                    (values["nir"], values["nir_masked"], values["nir_state"]),
                    (False, False, "provided"),
                )
                self.assertIn("unreadable", values["nir_warning"] or "")
                (row,) = self.as_role(self.vault, "manager").search_read(
                    [("partner_id", "=", self.zoe.id)], ["is_readable", "purge_on"]
                )
                self.assertFalse(row["is_readable"])
                self.assertFalse(person.search([("nir", "=", NIR), ("id", "=", person.id)]))

    def test_unreadable_number_blocks(self):
        for case, text in self.UNREADABLE.items():
            with self.subTest(case=case), self.environment(text):
                self.assertEqual(self.issue_codes(self.registration), ["nir_invalid"])

    def test_file_is_not_rendered(self):
        deposit = self.make_deposit(self.registration, role="declarant")
        self.file_of(deposit)
        for case, text in self.UNREADABLE.items():
            with (
                self.subTest(case=case),
                self.environment(text),
                self.assertRaises(UserError) as caught,
            ):
                self.file_of(deposit)
            self.assertNotIn(NIR[:13], str(caught.exception).replace(" ", ""))

    def test_settings_tell(self):
        for case, text in self.UNREADABLE.items():
            with self.subTest(case=case), self.environment(text):
                settings = self.as_role(self.env["passport.settings"], "manager").create({})
                self.assertTrue(settings.nir_key_problems)

    def test_entering_fails_clearly_with_unreadable_keys(self):
        for case in ("no key", "too short"):
            with (
                self.subTest(case=case),
                self.environment(self.UNREADABLE[case]),
                self.assertRaises(UserError) as caught,
            ):
                self.as_role(self.zoe, "declarant").nir_entry = OTHER_NIR
            self.assertIn("encryption keys", str(caught.exception))
            self.assertNotIn(OTHER_NIR[:5], str(caught.exception))

    def test_no_key_is_made_beside_a_lost_one(self):
        """A fresh key in silence would hide that the old one is to be restored."""
        with self.environment(None), self.assertRaises(UserError) as caught:
            self.as_role(self.zoe, "declarant").with_context(lang="en_US").nir_entry = OTHER_NIR
        self.assertIn("(test)", str(caught.exception))
        self.assertIn(self.key_file, str(caught.exception))
        self.assertFalse(os.path.exists(self.key_file))
        # Nor by looking: a screen, the settings, an upload, a download.
        with self.environment(None):
            self.assertFalse(self.as_role(self.zoe, "declarant").nir)
            report = self.ring._report()
            self.assertFalse(report["primary"])
            self.assertIn("(test)", "".join(report["problems"]))
            with self.assertRaises(UserError):
                self.ring._seal_text("NIR;Nom", "upload:1")
        self.assertFalse(os.path.exists(self.key_file))

    def test_file_of_another_database_seals_nothing_here(self):
        self.write_key_file(key("other"))
        with self.environment(None):
            for text in (NIR, OTHER_NIR):
                with self.assertRaises(UserError) as caught:
                    self.theo.with_context(lang="en_US").nir = text
            self.assertIn("(test)", str(caught.exception))
            self.assertIn("(test)", "".join(self.ring._report()["problems"]))
            # The old key put back beside it: all is well, and what is new takes the first one.
            self.write_key_file(keys("other", "test"))
            self.theo.nir = OTHER_NIR
            self.assertEqual(self.ring._report()["counts"], {"other": 1, "test": 1})
            self.assertFalse(self.ring._report()["problems"])

    def test_lost_key_of_a_file_s_copies_counts_too(self):
        self.file_of(self.make_deposit(self.registration))
        (self.zoe | self.theo).nir_vault_ids._remove()
        with self.environment(None), self.assertRaises(UserError):
            self.theo.nir = OTHER_NIR
        self.env["passport.nir.seal"].search([]).unlink()
        with self.environment(None):
            self.theo.nir = OTHER_NIR
            self.assertTrue(os.path.exists(self.key_file))

    def test_entering_fails_clearly_when_the_file_cannot_be_made(self):
        (self.zoe | self.theo).nir = False
        self.write_key_file(b"not a folder")
        config.options["data_dir"] = self.key_file
        with self.environment(None), self.assertRaises(UserError) as caught:
            self.zoe.nir = OTHER_NIR
        self.assertIn("encryption keys", str(caught.exception))

    def test_entering_anew_works_when_the_old_key_is_lost(self):
        with self.environment(key("other")):
            person = self.as_role(self.zoe, "declarant")
            person.nir_entry = NIR
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual((self.nir_of(person), person.nir_warning), (SHOWN, False))
            self.assertEqual(self.registration.passport_state, "ready")
            self.assertEqual(self.ring._report()["counts"], {"other": 1, "test": 1})


@tagged("post_install", "-at_install", "passport")
class TestNirKeyReport(KeysCase):
    def problems(self):
        return "\n".join(self.ring._report()["problems"])

    def logged(self):
        with self.assertLogs(KEYS_LOGGER, "WARNING") as logs:
            self.ring._register_hook()
        return "\n".join(logs.output)

    def test_nothing_to_tell(self):
        with self.environment(NIR_KEYS), self.assertNoLogs(LOGGER, "WARNING"):
            self.assertEqual(self.problems(), "")
            self.assertEqual(self.ring._report()["counts"], {"test": 2})
            self.ring._register_hook()

    def test_file_others_can_read(self):
        for mode in (0o640, 0o604, 0o666):
            self.write_key_file(NIR_KEYS, mode)
            with self.subTest(mode=oct(mode)), self.environment(None):
                self.assertIn("0600", self.problems())
                self.assertIn("read by others", self.logged())

    def test_file_inside_the_filestore(self):
        filestore = config.filestore(self.env.cr.dbname)
        self.assertTrue(filestore.startswith(self.folder))
        os.makedirs(filestore)
        self.key_file = os.path.join(filestore, "moved.keys")
        self.write_key_file(NIR_KEYS)
        with (
            self.environment(None),
            patch.object(self.registry["passport.nir.keys"], "_file_path", lambda _: self.key_file),
        ):
            self.assertIn("filestore", self.problems())

    def test_missing_key_is_told_with_its_rows(self):
        with self.environment(key("other")):
            self.theo.nir = OTHER_NIR
            self.assertIn(
                "NIRs that cannot be read, since their key is missing: 1.", self.problems()
            )
            text = self.logged()
            self.assertIn("test", text)
            self.assertNotIn(key("other").split(":")[1], text)

    def test_keys_that_cannot_be_read(self):
        for text in ("nonsense", "test:c2VjcmV0", f"{NIR_KEYS},{NIR_KEYS}"):
            with self.subTest(text=text), self.environment(text), mute_logger(KEYS_LOGGER):
                self.assertIn("cannot be read", self.problems())
            with self.subTest(text=text), self.environment(text):
                logged = self.logged()
                self.assertIn("entry", logged)
                self.assertNotIn("c2VjcmV0", logged)
                self.assertNotIn(NIR_KEYS.split(":")[1], logged)

    def test_damaged_key_file_does_not_keep_the_server_from_starting(self):
        self.write_key_file(b"\xff\xfe\x00")
        with self.environment(None):
            self.assertIn("cannot be read", self.logged())
        os.unlink(self.key_file)
        os.mkdir(self.key_file, 0o700)
        with self.environment(None):
            self.assertIn("cannot be read", self.logged())

    def test_start_makes_no_key(self):
        with self.environment(None):
            self.logged()
            self.assertEqual(os.listdir(self.folder), [])


@tagged("post_install", "-at_install", "passport")
class TestNirRotation(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.env["passport.nir"]
        cls.ring = cls.env["passport.nir.keys"]
        cls.bodies = [f"185047500{number:04d}" for number in range(7001, 7006)]
        cls.people = cls.env["res.partner"].create(
            [{"name": f"P{body}"[-5:], "nir": nir_with_key(body)} for body in cls.bodies]
        )

    def setUp(self):
        super().setUp()
        self.enterContext(patch.dict(os.environ, {VARIABLE: keys("new", "test")}))
        self.env.invalidate_all()
        self.progress = []

    def rotate(self, stop_after=None, error=None):
        """Rotate two by two, with what the scheduled action would commit."""

        def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
            self.progress.append((processed, remaining))
            self.env.flush_all()
            if stop_after is not None and len(self.progress) > stop_after:
                if error:
                    raise error
                return 0
            return 60

        with patch.object(self.registry["ir.cron"], "_commit_progress", commit_progress):
            self.ring._rotate(batch=2)
        self.env.invalidate_all()

    def counts(self):
        return self.ring._report()["counts"]

    def assertAllFound(self):
        self.env.invalidate_all()
        people = self.as_role(self.env["res.partner"], "declarant")
        for person, body in zip(self.people, self.bodies, strict=True):
            self.assertEqual(people.search([("nir", "=", body)]).ids, person.ids)
            self.assertEqual(self.nir_of(person).replace(" ", ""), nir_with_key(body))

    def test_batches_with_their_progress(self):
        self.assertEqual(self.counts(), {"test": 5})
        self.assertAllFound()
        self.rotate()
        self.assertEqual(self.progress, [(0, 5), (2, 3), (2, 1), (1, 0)])
        self.assertEqual(self.counts(), {"new": 5})
        self.assertAllFound()
        with patch.dict(os.environ, {VARIABLE: key("new")}):
            self.assertAllFound()

    def test_nothing_left_to_do(self):
        self.rotate()
        envelopes = self.vault.sudo().search([]).mapped("envelope")
        self.progress = []
        self.rotate()
        self.assertEqual(self.progress, [(0, 0)])
        self.assertEqual(self.vault.sudo().search([]).mapped("envelope"), envelopes)

    def test_goes_on_after_its_time_is_over(self):
        self.rotate(stop_after=1)
        self.assertEqual(self.counts(), {"new": 2, "test": 3})
        self.assertAllFound()
        self.rotate()
        self.assertEqual(self.counts(), {"new": 5})

    def test_goes_on_after_an_interruption(self):
        with suppress(RuntimeError):  # assertRaises would roll back what was committed
            self.rotate(stop_after=2, error=RuntimeError("power cut"))
        self.env.invalidate_all()
        self.assertEqual(self.counts(), {"new": 4, "test": 1})
        self.assertAllFound()
        self.rotate()
        self.assertEqual(self.counts(), {"new": 5})
        self.assertAllFound()

    def test_same_number_is_noticed_whatever_the_key(self):
        self.rotate(stop_after=1)
        twin = self.people[4].copy({"nir": self.bodies[4]})
        registration = self.make_registration(attendee=self.people[4], employer_id=self.client.id)
        self.rotate()
        self.assertEqual(self.people[4].same_nir_partner_ids, twin)
        self.assertIn("same_nir_other_contact", registration.passport_issue_ids.mapped("code"))

    def test_what_cannot_be_opened_is_left_alone(self):
        rows = self.vault.sudo().search([], order="id")
        altered, lost = rows[0], rows[1]
        altered.envelope = altered.envelope[:-8] + "AAAAAAA="
        with patch.dict(os.environ, {VARIABLE: key("lost")}):
            self.people.filtered(lambda person: person == lost.partner_id).nir = self.bodies[1]
        lost = self.vault.sudo().search([("key_id", "=", "lost")])
        before = (altered.envelope, lost.envelope)
        with self.assertLogs(VAULT_LOGGER, "WARNING"):
            self.rotate()
        self.assertEqual(self.counts(), {"new": 3, "test": 1, "lost": 1})
        self.assertEqual((altered.envelope, lost.envelope), before)

    def test_does_nothing_without_keys(self):
        with patch.dict(os.environ, {VARIABLE: "nonsense"}), mute_logger(KEYS_LOGGER):
            self.rotate()
        self.assertEqual(self.counts(), {"test": 5})

    def test_rotation_is_no_access(self):
        log = self.env["passport.nir.access"]
        before = log.search_count([])
        self.rotate()
        self.assertEqual(log.search_count([]), before)

    def test_scheduled_action(self):
        cron = self.env.ref("passeport_prevention.ir_cron_rotate_keys")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.counts(), {"new": 5})
        self.assertAllFound()
