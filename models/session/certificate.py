"""The own columns of a certificate of success."""

# Of the attendee: the field, the column of the file.
JDR_COLUMNS = {
    "jdr_result": "RESULTAT_OBTENU",
    "jdr_mention": "MENTION_OBTENUE",
    "jdr_proof_link": "LIEN_PREUVE",
    "jdr_proof_reference": "IDENTIFIANT_PREUVE",
}
