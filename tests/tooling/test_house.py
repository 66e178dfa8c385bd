import tempfile
from pathlib import Path
from unittest import TestCase

from ...tooling import house

VAULT = """
from odoo import fields, models

class Person(models.Model):
    _inherit = "res.partner"
    nir_state = fields.Char()

    def write(self, vals):
        return super().write(vals)
"""
READINESS = """
from odoo import fields, models

class Rule(models.Model):
    _name = "passport.rule"
    passport_deadline = fields.Date()
"""


class TestHouse(TestCase):
    """The rules of the house find a breach wherever one is planted, and nothing else."""

    def breaches(self, **files):
        """Return what is wrong in a small house; ``__`` in a name is a folder."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            sound = {
                "models__vault____init__": '"""Who holds which number?"""\n',
                "models__vault__res_partner": VAULT,
                "models__readiness____init__": '"""Can this person be declared?"""\n',
                "models__readiness__passport_rule": READINESS,
            }
            for name, text in {**sound, **files}.items():
                folder_name, room, module = name.split("__", 2)
                path = root / folder_name / room / f"{module}.py"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return house.check(root)

    def assertBreach(self, words, **files):
        found = self.breaches(**files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_sound_house(self):
        self.assertEqual(self.breaches(), [])

    def test_unknown_room(self):
        self.assertBreach("is no room", models__cellar__x="X = 1\n")

    def test_import_of_a_room_above(self):
        text = "from ..readiness.passport_rule import Rule\n"
        self.assertBreach("“vault” imports from “readiness”", models__vault__x=text)
        text = "from ...models.readiness import passport_rule\n"
        self.assertBreach("“vault” imports from “readiness”", wizards__vault__x=text)

    def test_room_beside(self):
        text = "from ..request.x import X\n"
        self.assertBreach("“declaration” imports from “request”", models__declaration__x=text)

    def test_model_opened_twice(self):
        text = 'class Again(models.Model):\n    _inherit = "res.partner"\n'
        self.assertBreach("“vault” opens res.partner again", models__vault__x=text)
        self.assertBreach("“vault” opens res.partner again", wizards__vault__x=text)
        self.assertEqual(self.breaches(models__session__x=text), [])

    def test_name_of_another_model(self):
        text = 'class Other(models.Model):\n    _name = "passport.rule"\n'
        self.assertBreach("is the name of another model", models__declaration__x=text)

    def test_self_override_in_another_room(self):
        text = (
            'class More(models.Model):\n    _inherit = "res.partner"\n'
            "    def write(self, vals):\n        return super().write(vals)\n"
        )
        self.assertBreach("res.partner.write overrides", models__session__x=text)

    def test_self_override_of_a_mixin(self):
        text = (
            'class Mixin(models.AbstractModel):\n    _name = "passport.mixin"\n'
            "    def _do(self):\n        return 1\n\n"
            'class Child(models.Model):\n    _name = "passport.child"\n'
            '    _inherit = ["passport.mixin"]\n'
            "    def _do(self):\n        return 2\n"
        )
        self.assertBreach("passport.child._do overrides", models__session__x=text)

    def test_model_of_a_room_above(self):
        text = 'def f(self):\n    return self.env["passport.rule"].search([])\n'
        self.assertBreach("uses passport.rule of “readiness”", models__vault__x=text)
        text = 'rule_id = fields.Many2one("passport.rule")\n'
        self.assertBreach("uses passport.rule of “readiness”", models__vault__x=text)
        self.assertEqual(self.breaches(models__declaration__x=text), [])

    def test_followers_may_be_named(self):
        text = 'FOLLOWERS = (Follower("passport.rule", after="_after"),)\n'
        self.assertEqual(self.breaches(models__vault__x=text), [])

    def test_field_of_a_room_above(self):
        text = "def f(self):\n    return self.passport_deadline\n"
        self.assertBreach("uses passport_deadline of “readiness”", models__vault__x=text)
        text = 'DOMAIN = [("event_id.passport_deadline", "=", False)]\n'
        self.assertBreach("uses passport_deadline of “readiness”", models__vault__x=text)

    def test_order_of_files(self):
        text = 'class Child(models.Model):\n    _name = "passport.x"\n    _inherit = ["passport.rule"]\n'
        self.assertBreach("import it", models__readiness__x=text)
        text = "from . import passport_rule\n\n" + text
        self.assertEqual(self.breaches(models__readiness__x=text), [])

    def test_long_files_and_methods(self):
        self.assertBreach("lines, 400 at most", models__vault__x="X = 1\n" * 401)
        body = "def f():\n" + "    x = 1\n" * 50
        self.assertBreach("f has 51 lines", models__vault__x=body)

    def test_silent_room(self):
        self.assertBreach("say what question", models__session____init__="")
