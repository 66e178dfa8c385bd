import base64
import os
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import TestCase

from ...tools import cipher

SECRET = "185047500608459"


def key_text(key_id, byte):
    return f"{key_id}:{base64.b64encode(bytes([byte]) * 32).decode()}"


ONE, TWO = key_text("one", 1), key_text("two", 2)


class TestCipher(TestCase):
    def setUp(self):
        super().setUp()
        self.ring = cipher.parse_keys(ONE)

    def test_signatures_serve_one_purpose(self):
        ring = cipher.parse_keys(f"{ONE},{TWO}")
        signature = self.ring.signature("1:abc", "link")
        self.assertEqual(len(signature), 32)
        self.assertEqual(ring.signatures("1:abc", "link")[0], signature)
        others = {
            ring.signatures("1:abc", "link")[1],
            ring.signature("1:abc", "other"),
            ring.signature("1:abd", "link"),
            bytes.fromhex(ring.blind_index("1:abc")),
        }
        self.assertEqual(len(others - {signature}), 4)

    def test_opens_what_it_sealed(self):
        for plaintext in (SECRET, "", "185072A00412388"):
            with self.subTest(plaintext=plaintext):
                envelope = self.ring.encrypt(plaintext, "person 1")
                self.assertEqual(self.ring.decrypt(envelope, "person 1"), plaintext)

    def test_envelope_tells_its_version_and_key(self):
        envelope = self.ring.encrypt(SECRET, "person 1")
        self.assertTrue(envelope.startswith("v1.one."))
        self.assertEqual(cipher.envelope_key_id(envelope), "one")
        self.assertNotIn(SECRET, envelope)

    def test_same_text_is_never_sealed_twice_alike(self):
        self.assertNotEqual(self.ring.encrypt(SECRET, "a"), self.ring.encrypt(SECRET, "a"))

    def test_refuses_to_open(self):
        envelope = self.ring.encrypt(SECRET, "person 1")
        head, body = envelope.rsplit(".", 1)
        raw = bytearray(base64.b64decode(body))
        raw[-1] ^= 1
        altered = f"{head}.{base64.b64encode(raw).decode()}"
        for case, ring, text, context in [
            ("another person's", self.ring, envelope, "person 2"),
            ("altered", self.ring, altered, "person 1"),
            ("cut", self.ring, f"{head}.{body[:8]}", "person 1"),
            ("empty body", self.ring, f"{head}.", "person 1"),
            ("not base64", self.ring, f"{head}.é!", "person 1"),
            ("unknown key", cipher.parse_keys(TWO), envelope, "person 1"),
            ("same id, other key", cipher.parse_keys(key_text("one", 9)), envelope, "person 1"),
            ("unknown version", self.ring, "v2" + envelope[2:], "person 1"),
            ("no envelope", self.ring, SECRET, "person 1"),
            ("empty", self.ring, "", "person 1"),
            ("nothing", self.ring, None, "person 1"),
        ]:
            with self.subTest(case), self.assertRaises(cipher.UnreadableError) as caught:
                ring.decrypt(text, context)
            self.assertNotIn(SECRET, str(caught.exception))

    def test_first_key_seals_and_every_key_opens(self):
        both = cipher.parse_keys(f"{TWO},{ONE}")
        self.assertEqual((both.primary_id, both.key_ids), ("two", ("two", "one")))
        self.assertEqual(both.decrypt(self.ring.encrypt(SECRET, "p"), "p"), SECRET)
        self.assertEqual(cipher.envelope_key_id(both.encrypt(SECRET, "p")), "two")

    def test_blind_index_is_stable_keyed_and_no_plain_hash(self):
        index = self.ring.blind_index(SECRET)
        self.assertRegex(index, r"^[0-9a-f]{64}$")
        self.assertEqual(index, cipher.parse_keys(ONE).blind_index(SECRET))
        self.assertNotEqual(index, self.ring.blind_index(SECRET[:-1]))
        self.assertNotEqual(index, cipher.parse_keys(TWO).blind_index(SECRET))

    def test_keys_are_separated_by_commas_or_lines_and_commented(self):
        for text in (f"{ONE},{TWO}", f"{ONE}\n{TWO}\n", f"# keys\n {ONE} # old\n\n,{TWO},\n"):
            with self.subTest(text=text):
                self.assertEqual(cipher.parse_keys(text).key_ids, ("one", "two"))

    def test_wrong_keys_are_told_without_their_content(self):
        short = base64.b64encode(b"x" * 31).decode()
        for case, text, entry in [
            ("none", "", "no key"),
            ("nothing", None, "no key"),
            ("comment only", "# nothing", "no key"),
            ("no id", f":{ONE.split(':')[1]}", "entry 1"),
            ("no colon", "justtext", "entry 1"),
            ("bad id", f"a b:{ONE.split(':')[1]}", "entry 1"),
            ("dot in the id", f"a.b:{ONE.split(':')[1]}", "entry 1"),
            ("id twice", f"{ONE},{ONE}", "entry 2"),
            ("not base64", f"{ONE},two:é!", "entry 2"),
            ("31 bytes", f"one:{short}", "entry 1"),
        ]:
            with self.subTest(case), self.assertRaises(cipher.KeyFormatError) as caught:
                cipher.parse_keys(text)
            self.assertIn(entry, str(caught.exception))
            for secret in (short, ONE.split(":")[1]):
                self.assertNotIn(secret, str(caught.exception))

    def test_generated_keys_differ_and_can_be_read(self):
        texts = {cipher.generate_key() for _ in range(5)}
        self.assertEqual(len(texts), 5)
        self.assertEqual(len(cipher.parse_keys("\n".join(texts)).key_ids), 5)


class TestKeyFile(TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "made", "on", "the way", "nir.keys")

    def test_made_once_for_its_owner_only(self):
        text = cipher.read_or_create_key_file(self.path)
        self.assertEqual(len(cipher.parse_keys(text).key_ids), 1)
        self.assertEqual(cipher.read_or_create_key_file(self.path), text)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertFalse(cipher.is_exposed(self.path))

    def test_everybody_who_comes_at_once_gets_the_same_key(self):
        with ThreadPoolExecutor(8) as pool:
            texts = set(pool.map(cipher.read_or_create_key_file, [self.path] * 32))
        self.assertEqual(len(texts), 1)
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["nir.keys"])

    def test_who_comes_second_keeps_the_key_of_the_first(self):
        # The file appears between the look and the link, as another process would make it.
        first = f"{ONE}\n"
        real_link = os.link

        def link_after_somebody_else(source, target):
            Path(target).write_text(first)
            real_link(source, target)

        self.addCleanup(setattr, os, "link", real_link)
        os.link = link_after_somebody_else
        self.assertEqual(cipher.read_or_create_key_file(self.path), first)
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["nir.keys"])

    def test_file_that_others_may_read_is_exposed(self):
        cipher.read_or_create_key_file(self.path)
        for mode in (0o640, 0o604, 0o660):
            with self.subTest(mode=oct(mode)):
                os.chmod(self.path, mode)
                self.assertTrue(cipher.is_exposed(self.path))

    def test_folder_that_cannot_be_written_says_so(self):
        blocker = os.path.dirname(os.path.dirname(os.path.dirname(self.path)))
        Path(blocker).write_text("a file where a folder should be")
        with self.assertRaises(OSError):
            cipher.read_or_create_key_file(self.path)
