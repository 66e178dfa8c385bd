"""What the people of the load work on: sessions that ended, and a user for each of them."""

from .bench.data import make_people, make_registrations, make_training, settle
from .load import PASSWORD, USERS

GROUPS = (
    "passeport_prevention.group_passport_manager",
    "event.group_event_manager",
    "sales_team.group_sale_manager",
)
ATTENDEES = 1200
PER_SESSION = 12


def run(env) -> str:
    """Make users, people and sessions; the logins, one a line."""
    env.company.company_registry = "73282932000074"
    users = env["res.users"].create(
        [
            {
                "name": f"Load {n}",
                "login": f"load{n}",
                "password": PASSWORD,
                "company_id": env.company.id,
                "company_ids": env.company.ids,
                "group_ids": [env.ref(group).id for group in GROUPS],
            }
            for n in range(USERS)
        ]
    )
    people = make_people(env, ATTENDEES)
    registrations = make_registrations(env, people, make_training(env), PER_SESSION)
    for name in ("passport_state", "passport_issue_ids"):
        env.add_to_compute(registrations._fields[name], registrations)
    settle(env)
    return "\n".join(users.mapped("login"))
