"""What do all rooms stand on?

Owns what has no room of its own: the followers of a change, the clock, the roles and who may be given
work, what may be sent, long work in the background, work that fails for one alone, which values somebody
typed, the language of declarations and how one counts in it, the authority's lists, what comes with the
addon, why a file is refused. Uses ``tools/`` only.
"""

from . import (
    base,
    followers,
    passport_apart,
    passport_clock,
    passport_job,
    passport_job_worker,
    passport_rights,
    passport_sending,
    passport_shipped,
    passport_table,
    passport_typing,
    passport_words,
    res_company,
    res_lang,
    res_users,
    selections,
)
