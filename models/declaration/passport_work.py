from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ..ground.passport_rights import MANAGER_GROUP

ATTENDEES = "event_registration_passport_action"
DECLARATIONS = "passport_declaration_action"
DEPOSITS = "passport_deposit_action"
FORM, FILE = Domain("channel", "=", "form"), Domain("channel", "=", "file")
PREPARED, GIVEN = Domain("state", "=", "prepared"), Domain("state", "=", "deposited")


class Task(NamedTuple):
    """One thing to do: of which records, and the action that opens them (or does it)."""

    key: str
    model: str
    domain: Domain
    action: str


class PassportWork(models.AbstractModel):
    """What is to be done now, in the order in which it is done: the dashboard's work list.

    The dashboard checks who asks.
    """

    _name = "passport.work"
    _description = "Work List"

    @api.model
    def _tasks(self, ended):
        """Return the tasks there are, as ``[{"key", "count"}]``; those without anything are left out.

        :param ended: the domain of the attendees whose sessions have ended and are to be declared
        """
        found = [
            {"key": task.key, "count": self.env[task.model].search_count(task.domain)}
            for task in self._all(ended)
        ]
        return [task for task in found if task["count"]]

    @api.model
    def _open(self, key, ended):
        """Return the action that opens the records of a task.

        :raises KeyError: there is no such task for this user
        """
        task = {one.key: one for one in self._all(ended)}[key]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"passeport_prevention.{task.action}"
        )
        if action["res_model"] == task.model:
            # What it is filtered by at first would hide some of what was counted.
            action.update(domain=list(task.domain), context={})
        return action

    @api.model
    def _all(self, ended):
        person = Domain("passport_asks_person", "=", True)
        blocked = ended & Domain("passport_standing", "=", "blocked")
        rejected = Domain("passport_state", "=", "rejected") & Domain(
            "passport_is_pending", "=", True
        )
        ready = ended & Domain("passport_state", "=", "ready")
        to_mark = Domain("training_id", "!=", False) & self.env["passport.session.steps"]._to_mark()
        to_hand_in = Domain("state", "in", ["draft", "generated"])
        in_none = Domain("deposit_id", "=", False)
        tasks = [
            Task("mark", "event.event", to_mark, "event_event_passport_action"),
            Task("ask", "event.registration", blocked & person, ATTENDEES),
            Task("fix", "event.registration", blocked & ~person, ATTENDEES),
            Task("prepare", "event.registration", ready, "passport_declare_action"),
            Task("type", "passport.declaration", PREPARED & FORM, DECLARATIONS),
            Task("group", "passport.declaration", PREPARED & FILE & in_none, DECLARATIONS),
            Task("deposit", "passport.deposit", to_hand_in, DEPOSITS),
            Task("answer", "passport.deposit", GIVEN, DEPOSITS),
            Task("answer_form", "passport.declaration", GIVEN & FORM, DECLARATIONS),
            Task("correct", "event.registration", rejected, "event_registration_correct_action"),
        ]
        if self.env["passport.rights"]._has(MANAGER_GROUP):
            today = self.env["passport.clock"]._today()
            due = Domain("purge_on", "<=", today)
            tasks.append(Task("purge", "passport.nir", due, "passport_nir_action"))
        return tasks
