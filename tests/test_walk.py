"""Walks over all that the addon has, enumerated and not listed: what is added later is walked too.

Numbers are seeded; then every field, method and route is tried as every role. What holds a number
must be a door that is known, for a role that may open it.
"""

import inspect
import json
import logging
from collections import Counter

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MODULE
from .vault.test_leaks import LeakCase, number

_logger = logging.getLogger(__name__)
PEOPLE = 12
RECORDS = 4
# Where a number may be read, and by whom; all else is a leak.
DOORS = {("res.partner", "nir")}
KEEPERS = ("declarant", "manager")
METHOD_DOORS = {("passport.declaration.line", "action_entry_nir")}
# Odoo's own ways to say no to a call that is refused or makes no sense.
REFUSALS = (
    AccessError,
    MissingError,
    UserError,
    IntegrityError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
)
NOISE = ("odoo.models", "odoo.http", "odoo.addons.base.models.ir_model", "odoo.sql_db")
GENERIC = ("read", "search_read", "export_data", "web_read", "copy_data")


class WalkCase(LeakCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls.env["res.partner"].create(
            [
                {"name": f"Personne {n}", "birth_name": "GRALL", "parent_id": cls.client.id}
                for n in range(PEOPLE)
            ]
        )
        cls.people = people
        half = PEOPLE // 2
        cls.to_deposit = cls.make_registrations(cls.make_session(), people[:half])
        cls.to_type = cls.make_registrations(cls.make_session(), people[half:])

    def setUp(self):
        super().setUp()
        self.counts = Counter()
        for index, person in enumerate(self.as_role(self.people, "declarant")):
            person.nir = number(index)
        deposit = self.make_deposit(self.to_deposit, role="declarant")
        deposit._render_file()
        self.deposit = deposit.sudo()
        self.declare(self.to_type, channel="form")
        self.env.flush_all()
        self.env.invalidate_all()

    def own_models(self):
        """Return the models that the addon defines, or opens with fields or methods of its own."""
        return [
            model
            for name in sorted(self.env.registry)
            for model in [self.env[name]]
            if self.own_fields(model) or self.own_methods(model)
        ]

    def own_fields(self, model):
        return sorted(name for name, field in model._fields.items() if MODULE in field._modules)

    def own_methods(self, model):
        """Return the names of the addon's methods that can be called from outside."""
        names = set()
        for klass in type(model).mro():
            if klass.__module__.startswith(f"odoo.addons.{MODULE}."):
                names |= {
                    name
                    for name, value in vars(klass).items()
                    if not name.startswith("_") and inspect.isfunction(value)
                }
        return sorted(name for name in names if self.is_public(model, name))

    def is_public(self, model, name):
        try:
            get_public_method(model, name)
        except (AccessError, AttributeError):
            return False
        return True

    def sample(self, model):
        """Return some records of a model, those of the seeded people first."""
        if model._abstract or not model._auto:
            return model.sudo().browse()
        records = model.sudo().with_context(active_test=False)
        if model._name == "res.partner":
            return self.people[:RECORDS]
        return records.search([], limit=RECORDS, order="id desc")

    def as_role(self, record, role):
        # What is in the cache of another was forgotten after each call.
        companies = self.users[role].company_ids.ids
        return record.with_user(self.users[role]).with_context(allowed_company_ids=companies)

    def outcome(self, action):
        """Return what a call gives as text, an empty one if it is refused."""
        try:
            with self.env.cr.savepoint(), mute_logger(*NOISE):
                found = action()
                self.env.flush_all()
                return json.dumps(found, default=repr, ensure_ascii=False)
        except REFUSALS as error:
            self.counts["refused"] += 1
            return str(error)
        finally:
            self.env.invalidate_all()

    def assertNoNumber(self, text, where):
        self.assertFalse(self.leaks_in(text), f"{where} tells a number")


@tagged("post_install", "-at_install", "passport")
class TestWalkFields(WalkCase):
    """Every field of the addon, read in every way, as every role and as superuser."""

    def ways(self, records):
        """Return ``{how: call}`` of the ways to read fields of some records, by their names."""
        domain = [("id", "in", records.ids)]
        return {
            "read": records.read,
            "search_read": lambda names: records.search_read(domain, names),
            "web_read": lambda names: records.web_read({name: {} for name in names}),
            "export": records.export_data,
            "group": lambda names: [
                records.formatted_read_group(domain, [name], ["__count"]) for name in names
            ],
            "mapped": lambda names: [records.mapped(name) for name in names],
        }

    def read_all(self, call, names, where):
        """Read all fields at once; halve them where something is refused, down to each one."""
        refused = self.counts["refused"]
        text = self.outcome(lambda: call(names))
        self.counts["readings"] += 1
        self.assertNoNumber(text, f"{where} {names}")
        if self.counts["refused"] > refused and len(names) > 1:
            half = len(names) // 2
            self.read_all(call, names[:half], where)
            self.read_all(call, names[half:], where)

    def walk(self, see, who):
        """Read all fields of the addon in the eyes of somebody.

        :param see: function that returns records in these eyes
        """
        for model in self.own_models():
            records = self.sample(model)
            names = self.own_fields(model)
            if who in KEEPERS:
                names = [name for name in names if (model._name, name) not in DOORS]
            if not records or not names:
                continue
            self.counts["fields"] += len(names)
            for how, call in self.ways(see(records)).items():
                self.read_all(call, names, f"{how} of {model._name} as {who}:")

    def test_reading(self):
        for role in self.users:
            self.walk(lambda records, role=role: self.as_role(records, role), role)
        _logger.info("walked: %s", dict(self.counts))
        self.assertGreater(self.counts["fields"], 200 * len(self.users))
        self.assertGreater(self.counts["refused"], 100)

    def test_superuser_is_no_key(self):
        self.walk(lambda records: records.sudo(), "superuser")

    def test_keepers_read_through_the_door(self):
        """The walk finds a number where there is one: else it would prove nothing."""
        text = self.outcome(lambda: self.as_role(self.people, "declarant").read(["nir"]))
        self.assertTrue(self.leaks_in(text))

    def test_no_search_tells_whose_a_number_is(self):
        there, nowhere = number(0), number(PEOPLE + 9)
        for model in self.own_models():
            if model._abstract or not self.sample(model):
                continue
            for name in self.own_fields(model):
                if model._fields[name].type not in ("char", "text", "html"):
                    continue
                for role in self.users:
                    if role in KEEPERS:
                        continue
                    for operator in ("=", "in", "ilike", "=like", ">="):
                        self.counts["searches"] += 1
                        found = [
                            self.outcome(
                                lambda value=value, model=model, name=name, role=role, operator=operator: (
                                    self.as_role(model, role)
                                    .search(
                                        [(name, operator, [value] if operator == "in" else value)]
                                    )
                                    .ids
                                )
                            ).replace(value, "")
                            for value in (there, nowhere)
                        ]
                        where = f"{model._name}.{name} {operator} as {role}"
                        self.assertEqual(found[0], found[1], where)
        self.assertGreater(self.counts["searches"], 500)


@tagged("post_install", "-at_install", "passport")
class TestWalkMethods(WalkCase):
    """Every public method of the addon, called from outside without arguments, as every role."""

    def call(self, model, name, records, role):
        as_user = self.as_role(model, role)
        is_model = getattr(getattr(type(model), name), "_api_model", False)
        return call_kw(as_user, name, [] if is_model else [records.ids], {})

    def test_calling(self):
        for model in self.own_models():
            records = self.sample(model)
            for name in self.own_methods(model):
                self.counts["methods"] += 1
                for role in self.users:
                    if role in KEEPERS and (model._name, name) in METHOD_DOORS:
                        continue
                    for some in (records[:1], records):
                        self.counts["calls"] += 1
                        text = self.outcome(
                            lambda model=model, name=name, some=some, role=role: self.call(
                                model, name, some, role
                            )
                        )
                        self.assertNoNumber(text, f"{model._name}.{name} as {role}")
        _logger.info("walked: %s", dict(self.counts))
        self.assertGreater(self.counts["methods"], 60)
        self.assertGreater(self.counts["refused"], 300)

    def test_generic_methods_of_own_models(self):
        for model in self.own_models():
            if model._original_module != MODULE or model._abstract:
                continue
            records = self.sample(model)
            arguments = {
                "read": [records.ids],
                "search_read": [],
                "export_data": [records.ids, [name for name in model._fields if name != "id"]],
                "web_read": [records.ids, {name: {} for name in model._fields}],
                "copy_data": [records.ids],
            }
            for name in GENERIC:
                for role in self.users:
                    text = self.outcome(
                        lambda model=model, name=name, role=role, arguments=arguments: call_kw(
                            self.as_role(model, role), name, arguments[name], {}
                        )
                    )
                    self.assertNoNumber(text, f"{model._name}.{name} as {role}")


@tagged("post_install", "-at_install", "passport")
class TestWalkRoutes(HttpCase, WalkCase):
    """Every route of the addon, asked in every way, as every role and as nobody."""

    def own_routes(self):
        """Return ``[(address, methods)]`` of the addon's routes."""
        http = self.env["ir.http"]
        rules = http._generate_routing_rules([MODULE], converters=http._get_converters())
        return [
            (url, set(endpoint.routing.get("methods") or ("GET", "POST")) - {"HEAD", "OPTIONS"})
            for url, endpoint in rules
            if endpoint.func.__module__.startswith(f"odoo.addons.{MODULE}.")
        ]

    def addresses(self, rule):
        """Return addresses of a route: with what there is, and with what is not there."""
        order = self.env["sale.order"].search([], limit=1)
        values = {
            "token": ("0" * 40, "x"),
            "kind": ("deposit", "declaration"),
            "ids": (str(self.deposit.id), "1,2", "0"),
        }
        default = (str(self.deposit.id), str(order.id or 1), "999999")
        found = [rule]
        while any("<" in address for address in found):
            address = next(address for address in found if "<" in address)
            before, _less, rest = address.partition("<")
            name, _more, after = rest.partition(">")
            name = name.rpartition(":")[2]
            found.remove(address)
            found += [before + value + after for value in values.get(name, default)]
        return found

    def test_asking(self):
        routes = self.own_routes()
        for role in ("public", *self.users):
            login = self.users[role].login if role != "public" else None
            self.authenticate(login, login)
            for rule, methods in routes:
                for address in self.addresses(rule):
                    for method in sorted({*methods, "OPTIONS"}):
                        self.counts["requests"] += 1
                        with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
                            response = self.opener.request(
                                method, self.base_url() + address, allow_redirects=False, timeout=60
                            )
                        where = f"{method} {address} as {role}"
                        self.assertNotEqual(response.status_code, 500, where)
                        if response.status_code >= 400:
                            self.counts["refused"] += 1
                        is_file = address.endswith("/file") and role in KEEPERS
                        if not is_file:
                            self.assertNoNumber(response.text, where)
        _logger.info("walked: %s routes, %s", len(routes), dict(self.counts))
        self.assertGreater(len(routes), 5)
