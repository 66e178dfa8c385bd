from odoo.tests import tagged

from ..common import SIRET_LA_POSTE
from ..common_portal import PortalCase

FEW, MANY = 20, 60


@tagged("post_install", "-at_install", "passport")
class TestPortalQueries(PortalCase):
    """What the employer's space costs does not grow with the attendees of a page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.depot = cls.make_client("Dépôt de Bréhat", SIRET_LA_POSTE)
        cls.depot.parent_id = cls.client
        # The first one pays for what is cached for all.
        cls.orders = [cls.make_order(cls.contact, count) for count in (3, FEW, MANY)]

    def name(self, order, index):
        letters = "".join("abcdefghij"[int(digit)] for digit in f"{index:03d}")
        return f"Z{letters} {'ABC'[self.orders.index(order)]}"

    def keep(self, order, values):
        """Check and keep ``values(order, index)`` for each seat of an order, as its page does."""
        checker = self.env["passport.employer.entry"].with_user(self.hr)
        seats = self.env["passport.employer.space"].with_user(self.hr)._seats(self.hr, order=order)
        typed = {seat.ref: values(order, index) for index, seat in enumerate(seats)}
        entries = checker._check(self.hr, seats, typed)
        self.assertEqual(len(checker._keep(self.hr, entries)), len(seats))

    def queries_of_keeping(self, values):
        counts = [
            self.queries_of(lambda order=order: self.keep(order, values)) for order in self.orders
        ]
        return counts[1:]

    def test_numbers_and_birth_names(self):
        for order in self.orders:
            self.keep(order, lambda order, index: {"name": self.name(order, index)})
        for fname, values in {
            "nir": lambda _order, _index: {"nir": self.next_nir()},
            "birth_name": lambda order, index: {"birth_name": f"NOM {self.name(order, index)}"},
            "employer": lambda _order, _index: {"employer": str(self.depot.id)},
        }.items():
            with self.subTest(fname=fname):
                few, many = self.queries_of_keeping(values)
                self.assertEqual(few, many)

    @classmethod
    def make_people(cls, names):
        return cls.env["res.partner"].create(
            [{"name": name, "parent_id": cls.client.id} for name in names]
        )

    def test_naming_known_people(self):
        self.make_people(
            self.name(order, index)
            for order in self.orders
            for index in range(int(order.order_line.product_uom_qty))
        )
        values = self.queries_of_keeping(
            lambda order, index: {"name": self.name(order, index), "nir": self.next_nir()}
        )
        self.assertEqual(*values)

    def test_naming_new_people(self):
        """Nothing for each of them but what a contact costs by itself, whichever addons are there."""
        few, many = self.queries_of_keeping(
            lambda order, index: {"name": self.name(order, index), "nir": self.next_nir()}
        )
        few_made, many_made = (
            self.queries_of(
                lambda count=count: self.make_people(f"W{count} {index}" for index in range(count))
            )
            for count in (FEW, MANY)
        )
        self.assertLessEqual(many - few, many_made - few_made)

    def test_reading_a_page(self):
        space = self.env["passport.employer.space"].with_user(self.hr)
        _first, few, many = (
            self.queries_of(lambda order=order: space._seats(self.hr, order=order))
            for order in self.orders
        )
        self.assertEqual(few, many)
