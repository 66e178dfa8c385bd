"""Who is told, above the vault, of what happens in it; and who is asked.

Each tuple names services of the rooms above, in the order in which they are called. A service that
stands in one of them has the method its comment names.
"""

from ..ground.followers import Follower

# Of what is written on a contact.
PARTNER_FOLLOWERS = (
    Follower("passport.same.person", "_before_partner_write", "_after_partner_write"),
    Follower("passport.people", after="_after_partner_write"),
    Follower("passport.corrections", after="_after_partner_write"),
)
# Of numbers that come and go: ``_after_numbers(given, gone, touched)``, three sets of contacts. A
# number was sealed for the first, removed for the second; the third are others whose readiness may
# have changed with it (the same number, a key put back).
NUMBER_FOLLOWERS = (
    "passport.people",
    "passport.nir.seal",
    "passport.declared.people",
    "passport.corrections",
)
# Of numbers that another key seals: ``_after_reindexed({person id: (index before, index after)})``.
INDEX_FOLLOWERS = ("passport.declared.people",)
# Whose number is still needed: ``_needed_query()``, see ``passport.nir.purge``.
NEED_SOURCES = ("passport.people",)
# What numbers were used for, and until when that keeps them: ``_used_query()``, see there too.
USE_SOURCES = ("passport.declared.people",)
# What erasing a number entails: ``_erasure_texts(person)``, a list of sentences.
ERASURE_SOURCES = ("passport.people", "passport.declared.people")
# Whether contacts may become one: ``_check_merge(people)``, which raises where they may not.
MERGE_CHECKS = ("passport.declared.people",)
# Of contacts that become one: the contacts that go, and the one that stays as the values.
MERGE_FOLLOWERS = (Follower("passport.same.person", "_before_merge", "_after_merge"),)
# Copies of numbers with a retention of their own: ``_purge_due(batch)``, how many were removed.
PURGE_FOLLOWERS = ("passport.nir.seal",)
# The models whose rows seal numbers (``passport.nir.sealed``), the vault's own first.
SEALED_MODELS = ("passport.nir", "passport.nir.seal")
