"""The people, trainings and sessions that the benchmark works on."""

from datetime import datetime, timedelta

ATTENDEES_PER_SESSION = 500
BATCH = 5000
SIRET = "73282932000074"
# Long enough ago for every reminder to be due.
ASKED_DAYS = 40


def make_people(env, count, first=0):
    """Contacts of some companies, each with a birth name and a NIR of its own.

    :param first: number of the first one; the numbers make the names and the NIRs
    """
    Partner = env["res.partner"]
    clients = make_clients(env)
    people = Partner
    for start in range(first, first + count, BATCH):
        people |= Partner.create(
            [
                {
                    "name": f"Person {n}",
                    "birth_name": f"PERSON {n}",
                    "parent_id": clients[n % len(clients)].id,
                    "nir": f"18504{n // 1000000 % 90 + 10}{n % 1000000:06d}",
                }
                for n in range(start, min(start + BATCH, first + count))
            ]
        )
    return people


def make_silent_people(env, count):
    """Contacts with an e-mail address of their own, who have not given their NIR yet."""
    clients = make_clients(env)
    return env["res.partner"].create(
        [
            {
                "name": f"Silent {n}",
                "email": f"silent{n}@people.example",
                "parent_id": clients[n % len(clients)].id,
            }
            for n in range(count)
        ]
    )


def make_clients(env):
    """Companies that send attendees."""
    return env["res.partner"].create(
        [
            {
                "name": f"Client {n}",
                "is_company": True,
                "company_registry": SIRET,
                "email": f"client{n}@clients.example",
            }
            for n in range(50)
        ]
    )


def make_training(env):
    """A training with codes within the limits."""
    Code = env["training.code"]
    return env["product.template"].create(
        {
            "name": "SST",
            "type": "service",
            "service_tracking": "event",
            "passport_aims_prevention": "yes",
            "passport_gives_proof": "yes",
            "passport_is_transferable": "yes",
            "passport_category": "2",
            "validity_months": 24,
            "rome_code_ids": Code.search([("nomenclature", "=", "rome")], limit=5).ids,
            "formacode_ids": Code.search([("nomenclature", "=", "formacode")], limit=2).ids,
            "nsf_code_ids": Code.search([("code", "=", "344r")]).ids,
        }
    )


def make_registrations(env, people, days_ago=20, per_session=ATTENDEES_PER_SESSION, training=None):
    """Attended registrations of all these people, in sessions that ended some days ago."""
    training = training or make_training(env)
    end = datetime.now() - timedelta(days=days_ago)
    values = {
        "date_begin": end - timedelta(days=1),
        "date_end": end,
        "training_id": training.id,
        "user_id": env.ref("base.user_admin").id,
    }
    groups = [people[n : n + per_session] for n in range(0, len(people), per_session)]
    events = env["event.event"].create(
        [{**values, "name": f"Session {n}", "event_mail_ids": False} for n in range(len(groups))]
    )
    registrations = env["event.registration"]
    for event, group in zip(events, groups, strict=True):
        registrations |= registrations.create(
            [
                {
                    "event_id": event.id,
                    "partner_id": person.parent_id.id,
                    "attendee_partner_id": person.id,
                    "state": "done",
                }
                for person in group
            ]
        )
    return registrations


def make_asked(env, count):
    """Registrations in small sessions whose data were asked for weeks ago, without an answer."""
    registrations = make_registrations(env, make_silent_people(env, count), per_session=10)
    asked_on = datetime.now() - timedelta(days=ASKED_DAYS)
    registrations.sudo().write({"passport_asked_on": asked_on})
    return registrations
