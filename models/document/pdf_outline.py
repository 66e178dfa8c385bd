"""The outline by which Odoo parts a PDF of many records, where wkhtmltopdf writes none."""

import io

from lxml import etree

from odoo.tools.pdf import PdfReader, PdfWriter, generic

# A link of one pixel tells where a document begins, and is taken out again. The domain is nobody's.
MARK = "https://passport.invalid/document/"
STYLE = "display: block; width: 1px; height: 1px; margin-bottom: -1px;"


def mark(articles):
    """Put a mark where the document of each record begins."""
    last = None
    for article in articles:
        record = article.get("data-oe-id")
        if record != last:
            link = etree.Element("a", {"href": f"{MARK}{record}", "style": STYLE})
            link.tail, article.text = article.text, None
            article.insert(0, link)
        last = record


def outlined(content):
    """Return a PDF with an outline made of its marks, which are taken out."""
    writer, starts = PdfWriter(), []
    for number, page in enumerate(PdfReader(io.BytesIO(content), strict=False).pages):
        starts += [number] * _unmark(page)
        writer.addPage(page)
    if starts:
        _write_outline(writer, starts)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def _unmark(page):
    """Take the marks out of a page; return how many there were."""
    links = page.get("/Annots", ())
    kept = [link for link in links if not _is_mark(_resolved(link))]
    if len(kept) < len(links):
        page[generic.NameObject("/Annots")] = generic.ArrayObject(kept)
    return len(links) - len(kept)


def _resolved(reference):
    # PyPDF2 called it otherwise before 2.0.
    follow = "get_object" if hasattr(reference, "get_object") else "getObject"
    return getattr(reference, follow)()


def _is_mark(link):
    return "/A" in link and str(link["/A"].get("/URI", "")).startswith(MARK)


def _write_outline(writer, starts):
    """Write an outline with one entry for each page on which a document begins."""
    name = generic.NameObject
    places, entries = generic.DictionaryObject(), []
    for page in starts:
        place = name(f"/document{page}")
        places[place] = generic.ArrayObject([generic.NumberObject(page), name("/Fit")])
        title = generic.create_string_object(str(page + 1))
        entries.append(generic.DictionaryObject({name("/Title"): title, name("/Dest"): place}))
    references = [writer._addObject(entry) for entry in entries]
    for entry, following in zip(entries, references[1:], strict=False):
        entry[name("/Next")] = following
    outline = generic.DictionaryObject({name("/First"): references[0]})
    writer._root_object[name("/Outlines")] = writer._addObject(outline)
    writer._root_object[name("/Dests")] = places
