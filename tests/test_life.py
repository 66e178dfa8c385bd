"""One life in any order: whatever people do one after another, what must hold holds.

hypothesis draws what is done and by turns whom it befalls; a step may be refused with a message, and
nothing else. The invariants in SQL are those of the load (`tooling/load/invariants.py`).
"""

import hashlib

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tooling.load.invariants import INVARIANTS
from .common import PassportCase, nir_with_key

PEOPLE = 4
SESSIONS = 2
EXAMPLES = 8
STEPS = 25
PICK = st.integers(min_value=0, max_value=7)
# What the search of the invariants cannot see without the records.
STORED = ("passport_state", "passport_is_pending", "passport_document", "passport_obligation")
SHOWN_ROWS = 5
# Older than any number is kept without a reason.
LONG_AGO = "2023-01-01 10:00:00"


class Life(RuleBasedStateMachine):
    """The machine of a test case: its steps work on the records of the case."""

    # Set by the test.
    case = None

    def __init__(self):
        super().__init__()
        self.savepoint = self.case.env.cr.savepoint()
        self.done = []
        self.files = {}

    def teardown(self):
        self.savepoint.rollback()
        self.case.env.invalidate_all()

    def pick(self, records, number):
        records = records.exists()
        return records[number % len(records)] if records else records

    def step(self, name, action):
        """Do something; a refusal leaves nothing behind."""
        try:
            with self.case.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                action()
                self.case.env.flush_all()
            self.done.append(name)
        except (UserError, AccessError) as refusal:
            self.done.append(f"{name}: refused ({str(refusal)[:60]})")
        self.case.env.invalidate_all()

    def registrations(self):
        return self.case.all_registrations()

    def lines(self, *states):
        found = self.case.env["passport.declaration.line"].search([("state", "in", states)])
        return self.case.as_role(found, "declarant")

    def deposits(self, *states):
        found = self.case.env["passport.deposit"].search([("state", "in", states)])
        return self.case.as_role(found, "declarant")

    # --------------------------------------------------------
    # Sessions and people
    # --------------------------------------------------------

    @rule(person=PICK, session=PICK)
    def register(self, person, session):
        people, sessions = self.case.people.exists(), self.case.sessions
        who, where = self.pick(people, person), self.pick(sessions, session)
        self.step("register", lambda: self.case.make_registration(where, who))

    @rule(which=PICK, session=PICK)
    def move(self, which, session):
        registration = self.pick(self.registrations(), which)
        where = self.pick(self.case.sessions, session)
        self.step("move", lambda: registration.write({"event_id": where.id}))

    @rule(which=PICK, person=PICK)
    def swap(self, which, person):
        registration = self.pick(self.registrations(), which)
        who = self.pick(self.case.people, person)
        self.step("swap", lambda: registration.write({"attendee_partner_id": who.id}))

    @rule(which=PICK, state=st.sampled_from(["cancel", "open", "done"]))
    def mark(self, which, state):
        registration = self.pick(self.registrations(), which)
        self.step(f"state {state}", lambda: registration.write({"state": state}))

    @rule(which=PICK, outcome=st.sampled_from(["attended", "absent", False]))
    def call_over(self, which, outcome):
        registration = self.pick(self.registrations(), which)
        self.step(f"outcome {outcome}", lambda: registration.write({"outcome": outcome}))

    @rule(which=PICK)
    def archive(self, which):
        registration = self.pick(self.registrations(), which)
        self.step("archive", lambda: registration.write({"active": not registration.active}))

    @rule(person=PICK, letter=st.sampled_from("ABC"))
    def rename(self, person, letter):
        who = self.pick(self.case.people, person)
        self.step("birth name", lambda: who.write({"birth_name": f"GRALL {letter}"}))

    @rule(person=PICK, other=PICK)
    def merge(self, person, other):
        kept, gone = self.pick(self.case.people, person), self.pick(self.case.people, other)
        if kept == gone:
            return
        merging = self.case.env["base.partner.merge.automatic.wizard"]
        self.step("merge", lambda: merging._merge((kept | gone).ids, kept))

    @rule(person=PICK)
    def erase(self, person):
        who = self.case.as_role(self.pick(self.case.people, person), "declarant")
        self.step("erase the number", who._erase_nir)

    @rule(person=PICK, number=PICK)
    def enter(self, person, number):
        who = self.case.as_role(self.pick(self.case.people, person), "declarant")
        self.step("enter a number", lambda: who.write({"nir": self.case.number_at(number)}))

    @rule(person=PICK)
    def purge(self, person):
        """The daily purge, when a number is older than any rule keeps one without a reason."""
        who = self.pick(self.case.people, person)
        rows = self.case.env["passport.nir"].search([("partner_id", "=", who.id)])

        def purge():
            rows.sudo().collected_on = LONG_AGO
            self.case.env.flush_all()
            return self.case.env["passport.nir.purge"]._purge(rows.ids)

        if rows:
            self.step("purge", purge)

    # --------------------------------------------------------
    # Declaring
    # --------------------------------------------------------

    @rule(rejected=st.booleans())
    def prepare(self, rejected):
        self.step(
            "prepare",
            lambda: self.case.make_wizard(
                self.case.sessions, role="declarant", include_rejected=rejected
            ).action_prepare(),
        )

    @rule()
    def deposit(self):
        found = self.case.env["passport.declaration"].search(
            [("state", "=", "prepared"), ("deposit_id", "=", False)]
        )
        self.step("deposit", lambda: self.case.as_role(found, "declarant").action_create_deposit())

    @rule(which=PICK)
    def cancel_declaration(self, which):
        found = self.case.env["passport.declaration"].search([("state", "!=", "cancelled")])
        one = self.case.as_role(self.pick(found, which), "declarant")
        self.step("cancel a declaration", one.action_cancel)

    @rule(which=PICK)
    def generate(self, which):
        one = self.pick(self.deposits("draft", "generated", "deposited", "done"), which)
        if not one:
            return

        def render():
            digest = hashlib.sha256(one._render_file()).hexdigest()
            known = self.files.get(one.id)
            if known and known != digest:
                self.case.fail(f"another file of {one.name} after {self.done}")
            self.files[one.id] = digest

        self.step("file", render)

    @rule(which=PICK)
    def send(self, which):
        one = self.pick(self.deposits("generated"), which)
        if one:
            self.step("mark as deposited", one.action_mark_deposited)

    @rule(which=PICK, action=st.sampled_from(["action_reset_to_draft", "action_cancel"]))
    def give_up(self, which, action):
        one = self.pick(self.deposits("draft", "generated"), which)
        if one:
            self.step(action, getattr(one, action))
            if one.sudo().state in ("draft", "cancelled"):
                self.files.pop(one.id, None)

    @rule(which=PICK, reason=st.sampled_from([None, "NIR inconnu", "SIRET inconnu", "Autre"]))
    def answer(self, which, reason):
        line = self.pick(self.lines("deposited"), which)
        if line:
            action = line.action_accept if reason is None else lambda: line._reject(reason)
            self.step(f"answer {reason}", action)

    @rule(which=PICK)
    def undo(self, which):
        line = self.pick(self.lines("accepted", "rejected"), which)
        if line:
            self.step("undo the answer", line.action_undo_answer)

    @rule(which=PICK)
    def check(self, which):
        registration = self.case.as_role(self.pick(self.registrations(), which), "declarant")
        self.step("checked", registration.action_passport_checked)

    @rule(which=PICK)
    def withdraw(self, which):
        line = self.pick(self.lines("prepared", "in_deposit", "deposited", "accepted"), which)
        if not line:
            return
        dialogs = self.case.as_role(self.case.env["passport.line.withdraw"], "declarant")
        values = {"line_ids": [Command.set(line.ids)], "reason": "Erreur"}
        self.step(
            "withdraw",
            lambda: dialogs.create({**values, "deleted_on_portal": True}).action_confirm(),
        )

    # --------------------------------------------------------
    # What must hold
    # --------------------------------------------------------

    @invariant()
    def database_is_sound(self):
        self.case.env.flush_all()
        for title, query in INVARIANTS.items():
            self.case.env.cr.execute(query)
            rows = self.case.env.cr.fetchmany(SHOWN_ROWS)
            self.case.assertFalse(rows, f"{title} {rows} after {self.done}")

    @invariant()
    def stored_is_computed(self):
        registrations = self.registrations()
        before = self.told(registrations)
        for name in (*STORED, "passport_issue_ids"):
            self.case.env.add_to_compute(registrations._fields[name], registrations)
        after = self.told(registrations)
        self.case.assertEqual(before, after, f"after {self.done}")

    def told(self, registrations):
        return [
            (reg.id, *(reg[name] for name in STORED), tuple(sorted(reg.passport_issue_ids.ids)))
            for reg in registrations
        ]

    @invariant()
    def declared_are_frozen(self):
        for line in self.lines("prepared", "in_deposit", "deposited", "accepted").sudo():
            registration = line.registration_id
            self.case.assertEqual(
                line.partner_id,
                registration.attendee_partner_id,
                f"another attendee is declared than registered after {self.done}",
            )


@tagged("post_install", "-at_install", "passport")
class TestLife(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = [f"Personne {chr(65 + n)}" for n in range(PEOPLE)]
        cls.people = cls.make_attendees(names)
        cls.sessions = cls.env["event.event"].union(*(cls.make_session() for _ in range(SESSIONS)))
        cls.make_registrations(cls.sessions[0], cls.people)

    def all_registrations(self):
        registrations = self.env["event.registration"].with_context(active_test=False)
        return registrations.search([("event_id", "in", self.sessions.ids)], order="id")

    def number_at(self, index):
        """Return one of a few numbers: two people may be given the same."""
        return nir_with_key(f"28506750880{index % 3:02d}")

    def test_any_order(self):
        run_state_machine_as_test(
            type("Life", (Life,), {"case": self}),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=True,
                # What is found is read from the steps it names: making it shorter takes minutes.
                phases=(Phase.generate,),
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
