"""From 19.0.1.0.0: the two lists that were found on data.gouv.fr have their addresses."""

RESOURCES = {
    "training_code_source_nsf": (
        "404c0366-e87b-4886-a41a-d28779c1e266",
        "Code NSF",
        "Libellé de la spécialité",
    ),
    "training_code_source_formacode": ("5c78cbbb-d4e7-427a-b9d0-39ea33a7c2f5", None, None),
}


def migrate(cr, version):
    """Give the shipped sources their addresses, where nobody filled them in."""
    if not version:
        return
    for name, (resource, code_field, label_field) in RESOURCES.items():
        cr.execute(
            """
            UPDATE training_code_source source
               SET interface = 'tabular',
                   address = %s,
                   code_field = %s,
                   label_field = %s
              FROM ir_model_data data
             WHERE data.module = 'passeport_prevention'
               AND data.model = 'training.code.source'
               AND data.name = %s
               AND source.id = data.res_id
               AND source.address LIKE '%%IDENTIFIANT%%'
            """,
            (
                f"https://tabular-api.data.gouv.fr/api/resources/{resource}/data/",
                code_field,
                label_field,
                name,
            ),
        )
