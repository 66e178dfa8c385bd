from datetime import date, datetime
from unittest import TestCase

from ...tools import readiness
from ...tools.readiness import Attendee, Fault, Session, Shared, Training

DAY = date(2026, 9, 10)
SESSION = Session(datetime(2026, 9, 9, 7), datetime(2026, 9, 10, 15), DAY, True, False, True)
TRAINING = Training(True, False, False)
READY = Attendee(
    id=1,
    event_id=2,
    slot_id=None,
    training_id=3,
    document="adf",
    state="done",
    is_active=True,
    outcome="attended",
    valid_from=DAY,
    valid_until=None,
    person_id=4,
    birth_name="LEFEVRE",
    has_refused=False,
    nir_codes="",
    employer_id=5,
    is_employed=True,
    reference=None,
    certificate=(None, None, None, None),
    name="Zoé",
    person_name="Zoé",
    employer_name="Bréhat",
    other_name=None,
)
SHARED = Shared(
    {(2, None): SESSION}, {(3, "adf"): TRAINING, (3, "jdr"): TRAINING}, {5: None}, [], {}, {}
)


class TestReadiness(TestCase):
    """The rules on plain values; each of them is tried on records in `tests/readiness/`."""

    def codes(self, shared=SHARED, **values):
        return [fault.code for fault in readiness.faults(READY._replace(**values), shared)]

    def with_session(self, **values):
        return SHARED._replace(sessions={(2, None): SESSION._replace(**values)})

    def with_training(self, **values):
        return SHARED._replace(trainings={(3, "adf"): TRAINING._replace(**values)})

    def test_ready(self):
        self.assertEqual(self.codes(), [])
        self.assertTrue(SESSION.is_plain and TRAINING.is_plain)

    def test_an_event_that_is_no_training(self):
        shared = self.with_session(asks_training=False, is_over=False)
        self.assertEqual(self.codes(shared, training_id=None, state="open"), ["no_training"])

    def test_before_the_first_declared_day(self):
        early = self.with_session(first_day=date(2026, 9, 11), is_subcontracted=True)
        self.assertFalse(SESSION._replace(first_day=date(2026, 9, 11)).is_plain)
        self.assertTrue(SESSION._replace(first_day=DAY).is_plain)
        self.assertEqual(self.codes(early, birth_name=None), ["before_first_day"])
        # What a certificate counts from is its own validity.
        later = {"document": "jdr", "valid_from": date(2026, 9, 11)}
        self.assertEqual(self.codes(self.with_session(first_day=date(2026, 9, 11)), **later), [])

    def test_of_the_attendee(self):
        for values, codes in (
            ({"state": "open"}, ["not_attended"]),
            ({"is_active": False}, ["not_attended"]),
            ({"training_id": None, "person_id": None}, ["training_missing"]),
            ({"other_name": "ZOE"}, []),
            ({"other_name": "Chloé"}, ["attendee_differs"]),
            ({"other_name": "Chloé", "name": None}, []),
            ({"person_id": None, "birth_name": None}, ["attendee_missing"]),
            ({"nir_codes": None}, ["nir_missing"]),
            ({"nir_codes": None, "has_refused": True}, ["nir_refused"]),
            ({"nir_codes": "nir_invalid,x"}, ["nir_invalid", "x"]),
            ({"birth_name": None}, ["birth_name_missing"]),
            ({"birth_name": "LE|GALL 2"}, ["forbidden_character"]),
            ({"employer_id": None}, ["employer_missing"]),
            ({"employer_id": None, "is_employed": False, "reference": "|"}, []),
            ({"reference": "A|"}, ["forbidden_character"]),
            ({"valid_from": None}, ["dates_invalid"]),
            ({"valid_until": date(2026, 9, 9)}, ["dates_invalid"]),
            ({"valid_until": date(2026, 9, 9), "outcome": "failed"}, []),
            ({"valid_from": date(2026, 9, 9)}, ["validity_before_end"]),
        ):
            with self.subTest(values=values):
                self.assertEqual(self.codes(**values), codes)

    def test_of_the_session(self):
        for values, codes in (
            ({"is_over": False}, ["session_not_finished"]),
            ({"is_subcontracted": True}, ["subcontracted"]),
            ({"begin": datetime(2026, 9, 11)}, ["dates_invalid"]),
        ):
            with self.subTest(values=values):
                self.assertFalse(SESSION._replace(**values).is_plain)
                self.assertEqual(self.codes(self.with_session(**values)), codes)

    def test_of_the_training(self):
        faults = (("rome_count", {"count": 0}),)
        self.assertEqual(self.codes(self.with_training(is_eligible=False)), ["not_eligible"])
        self.assertEqual(self.codes(self.with_training(faults=faults)), ["rome_count"])
        self.assertEqual(
            self.codes(self.with_training(gives_certificate=True)), ["outcome_missing"]
        )

    def test_what_certifying_bodies_transmit(self):
        shared = self.with_training(is_transmitted=True)._replace(
            transmitted=[(date(2026, 1, 1), date(2026, 9, 10))]
        )
        self.assertEqual(self.codes(shared, outcome="passed"), ["rs_transmitted"])
        self.assertEqual(self.codes(shared), ["rs_outcome_unknown"])
        self.assertEqual(self.codes(shared, outcome="failed"), [])
        self.assertEqual(self.codes(shared, valid_from=date(2026, 9, 11)), [])

    def test_of_a_certificate(self):
        certificate = ("x" * 5000, "a|b", "ftp://x", None)
        found = list(
            readiness.faults(READY._replace(document="jdr", certificate=certificate), SHARED)
        )
        self.assertEqual(
            [(fault.code, fault.params["field"]) for fault in found],
            [
                ("jdr_value_invalid", "jdr_result"),
                ("forbidden_character", "jdr_mention"),
                ("jdr_value_invalid", "jdr_proof_link"),
            ],
        )
        self.assertEqual(found[0].params["count"], 5000)

    def test_what_was_looked_up(self):
        seat = Fault("duplicate_session", "registration", {"session": 9})
        shared = SHARED._replace(twins={4: 7}, seats={1: seat})
        self.assertEqual(
            list(readiness.faults(READY, shared)),
            [Fault("same_nir_other_contact", "person", {"other": 7}), seat],
        )

    def test_employers(self):
        self.assertIsNone(readiness.employer_fault("73282932000074", False))
        self.assertEqual(readiness.employer_fault(None, False).code, "siret_missing")
        self.assertEqual(readiness.employer_fault("1", True).code, "employer_abroad")
        wrong = readiness.employer_fault("73282932000075", False)
        self.assertEqual(wrong.code, "siret_invalid")
        self.assertTrue(wrong.params["problem"])
