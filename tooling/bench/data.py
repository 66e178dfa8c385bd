"""The people, trainings and sessions that the benchmark works on, made in SQL: a hundred thousand
contacts one by one would take half an hour, and it is not them that are measured.
"""

from datetime import datetime, timedelta

from psycopg2.extras import execute_values

CLIENTS = 50
SIRET = "73282932000074"


def clone(env, table: str, source_id: int, count: int, **columns: str) -> list[int]:
    """Copy a row many times; the new ids, in order.

    :param columns: SQL for the columns that differ, where ``series.n`` counts the copies from 0
    """
    env.flush_all()
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND table_schema = 'public' AND column_name != 'id' AND is_generated = 'NEVER'",
        (table,),
    )
    names = [name for (name,) in env.cr.fetchall()]
    picked = ", ".join(columns.get(name, f'source."{name}"') for name in names)
    target = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f"INSERT INTO {table} ({target}) SELECT {picked} FROM {table} source, "
        f"generate_series(0, {count} - 1) AS series(n) WHERE source.id = {source_id} "
        "ORDER BY series.n RETURNING id"
    )
    found = [new_id for (new_id,) in env.cr.fetchall()]
    env.invalidate_all()
    return found


def make_clients(env, count=CLIENTS):
    """Companies that send attendees, each with a SIRET."""
    return env["res.partner"].create(
        [
            {
                "name": f"Client {n}",
                "is_company": True,
                "company_registry": SIRET,
                "email": f"client{n}@clients.example",
            }
            for n in range(count)
        ]
    )


def make_people(env, count: int, first=0, clients=None, with_number=True):
    """Contacts of some companies, each with a birth name and a number of its own.

    :param first: number of the first one: it makes the name and the NIR
    """
    clients = clients or make_clients(env)
    model = env["res.partner"].create(
        {"name": "Person", "birth_name": "PERSON", "parent_id": clients[0].id}
    )
    client = f"(ARRAY{clients.ids})[series.n % {len(clients)} + 1]"
    number = f"(series.n + {first})::text"
    ids = clone(
        env,
        "res_partner",
        model.id,
        count,
        name=f"'Person ' || {number}",
        complete_name=f"'Person ' || {number}",
        birth_name=f"'PERSONNE ' || translate({number}, '0123456789', 'ABCDEFGHIJ')",
        parent_id=client,
        commercial_partner_id=client,
        email=f"'person' || {number} || '@people.example'",
        email_normalized=f"'person' || {number} || '@people.example'",
    )
    model.unlink()
    people = env["res.partner"].browse(ids)
    # Copies of a row do not know by which keys they are found.
    for name in ("passport_name_key", "passport_other_name_key"):
        env.add_to_compute(people._fields[name], people)
    env.flush_all()
    if with_number:
        seal_numbers(env, people, first)
    return people


def number_of(n: int) -> str:
    """A valid NIR, key included, another one for each number below a thousand million."""
    body = f"185{n // 100000000 % 10 + 1:02d}{n % 100000000:08d}"
    return f"{body}{97 - int(body) % 97:02d}"


def seal_numbers(env, people, first: int) -> None:
    """Put a number into the vault for each of these people."""
    ring = env["passport.nir.keys"]._ring()
    now = datetime.now()
    rows = []
    for offset, person_id in enumerate(people.ids):
        number = number_of(first + offset)
        sealed = ring.encrypt(number, f"passport.nir:{person_id}"), ring.primary_id
        rows.append(
            (person_id, *sealed, ring.blind_index(number[:13]), now, env.uid, env.company.id)
        )
    execute_values(
        env.cr._obj,
        "INSERT INTO passport_nir (partner_id, envelope, key_id, blind_index, collected_on, "
        "collected_by_id, collecting_company_id) VALUES %s",
        rows,
        page_size=1000,
    )
    env.cr.execute(
        "UPDATE res_partner SET nir_state = 'provided', nir_state_date = %s WHERE id = ANY(%s)",
        (now, people.ids),
    )
    env.invalidate_all()


def make_training(env, name="SST"):
    """A training with codes within the limits."""
    codes = env["training.code"]
    return env["product.template"].create(
        {
            "name": name,
            "type": "service",
            "service_tracking": "event",
            "passport_aims_prevention": "yes",
            "passport_gives_proof": "yes",
            "passport_is_transferable": "yes",
            "passport_category": "2",
            "validity_months": 24,
            "rome_code_ids": codes.search([("nomenclature", "=", "rome")], limit=5).ids,
            "formacode_ids": codes.search([("nomenclature", "=", "formacode")], limit=2).ids,
            "nsf_code_ids": codes.search([("code", "=", "344r")]).ids,
        }
    )


def make_sessions(env, training, count: int, days_ago: int):
    """Sessions of a training that ended some days ago, and send nothing."""
    end = datetime.now() - timedelta(days=days_ago)
    first = env["event.event"].create(
        {
            "name": "Session",
            "date_begin": end - timedelta(days=1),
            "date_end": end,
            "training_id": training.id,
            "user_id": env.ref("base.user_admin").id,
            "event_mail_ids": False,
        }
    )
    name = "jsonb_build_object('en_US', 'Session ' || series.n)"
    ids = clone(env, "event_event", first.id, count - 1, name=name)
    return env["event.event"].browse([first.id, *ids])


def make_registrations(env, people, training, per_session: int, days_ago=20, commit=True):
    """Attended registrations of all these people, their stored values like the first one's.

    :param commit: whether they may stay
    """
    events = make_sessions(env, training, -(-len(people) // per_session), days_ago)
    model = env["event.registration"].create(
        {
            "event_id": events[0].id,
            "partner_id": people[0].parent_id.id,
            "attendee_partner_id": people[0].id,
            "state": "done",
        }
    )
    env.cr.execute(
        "CREATE TEMP TABLE bench_seat AS SELECT place - 1 AS n, person.id, person.parent_id, "
        "person.name FROM unnest(%s) WITH ORDINALITY AS given(id, place) "
        "JOIN res_partner person USING (id)",
        (people.ids,),
    )
    env.cr.execute("CREATE UNIQUE INDEX ON bench_seat (n)")
    seat = {
        column: f"(SELECT {column} FROM bench_seat WHERE bench_seat.n = series.n)"
        for column in ("id", "parent_id", "name")
    }
    found = clone(
        env,
        "event_registration",
        model.id,
        len(people),
        attendee_partner_id=seat["id"],
        partner_id=seat["parent_id"],
        employer_id=seat["parent_id"],
        passport_client_id=seat["parent_id"],
        name=seat["name"],
        event_id=f"(ARRAY{events.ids})[series.n / {per_session} + 1]",
        barcode="'bench-' || nextval('event_registration_id_seq')",
    )
    env.cr.execute("DROP TABLE bench_seat")
    model.unlink()
    settle(env, commit)
    return env["event.registration"].browse(found)


def settle(env, commit=True) -> None:
    """Have the database know its tables as in a database in use, where this happens by itself."""
    env.flush_all()
    if commit:
        env.cr.commit()
    env.cr.execute("ANALYZE")
    env.invalidate_all()
