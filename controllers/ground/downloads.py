from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(name, content, content_type, size=None):
    """Return the response that sends a file to be saved; no cache on the way keeps it.

    :param name: of the file, as the user sees it
    :param content: bytes, or an iterable of them
    :param size: in bytes, where ``content`` does not tell it
    """
    return request.make_response(
        content,
        headers=[
            ("Content-Type", content_type),
            ("Content-Length", len(content) if size is None else size),
            ("Content-Disposition", content_disposition(name)),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )
