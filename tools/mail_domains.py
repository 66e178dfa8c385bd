"""Which company does an e-mail address tell of? None, where anybody can have one."""

import re

# Domains of providers where private people have their addresses, the usual ones in France ...
FREE_DOMAINS = frozenset(
    (
        "126.com",
        "163.com",
        "9online.fr",
        "abv.bg",
        "aliceadsl.fr",
        "bbox.fr",
        "bk.ru",
        "bluewin.ch",
        "canl.nc",
        "caramail.com",
        "cegetel.net",
        "cloud.com",
        "club-internet.fr",
        "dartybox.com",
        "duck.com",
        "email.com",
        "estvideo.fr",
        "evc.net",
        "fastmail.com",
        "free.fr",
        "freenet.de",
        "freesurf.fr",
        "hey.com",
        "hushmail.com",
        "icloud.com",
        "ifrance.com",
        "ik.me",
        "inbox.ru",
        "infonie.fr",
        "interia.pl",
        "lagoon.nc",
        "laposte.net",
        "libero.it",
        "libertysurf.fr",
        "list.ru",
        "mac.com",
        "mail.be",
        "mail.com",
        "mail.pf",
        "mail.ru",
        "mailfence.com",
        "mailinator.com",
        "mailo.com",
        "mailo.fr",
        "me.com",
        "mediaserv.net",
        "mls.nc",
        "modulonet.fr",
        "nautile.nc",
        "netcourrier.com",
        "netplus.ch",
        "neuf.fr",
        "noos.fr",
        "nordnet.fr",
        "numeo.fr",
        "numericable.fr",
        "o2.pl",
        "onet.pl",
        "only.fr",
        "ool.fr",
        "orange.be",
        "orange.com",
        "orange.fr",
        "pm.me",
        "posteo.de",
        "posteo.net",
        "proton.me",
        "protonmail.com",
        "proximus.be",
        "pt.lu",
        "qq.com",
        "riseup.net",
        "rocketmail.com",
        "sapo.pt",
        "scarlet.be",
        "seznam.cz",
        "sfr.fr",
        "skynet.be",
        "sunrise.ch",
        "t-online.de",
        "tele2.fr",
        "telenet.be",
        "tiscali.fr",
        "tiscali.it",
        "tuta.com",
        "tuta.io",
        "tutamail.com",
        "tutanota.com",
        "tutanota.de",
        "ukr.net",
        "videotron.ca",
        "voila.fr",
        "voo.be",
        "wanadoo.fr",
        "web.de",
        "worldonline.fr",
        "wp.pl",
        "ya.ru",
        "yopmail.com",
        "yopmail.fr",
        "zaclys.net",
        "zoho.com",
        "zoho.eu",
    )
)
# ... and names of those who have one in every country: yahoo.fr, yahoo.co.uk.
FREE_NAMES = frozenset(
    (
        "aol",
        "gmail",
        "gmx",
        "googlemail",
        "hotmail",
        "live",
        "msn",
        "outlook",
        "yahoo",
        "yandex",
        "ymail",
    )
)
_COUNTRY = re.compile(r"[a-z]{2,3}(\.[a-z]{2})?")
_AFTER_HOST = re.compile(r"[/?#:]")


def company_domain(email: str | None) -> str:
    """Return the domain of a company's address, empty for a private or a wrong one.

    >>> company_domain("Zoe@Brehat.example"), company_domain("zoe@orange.fr"), company_domain("zoe")
    ('brehat.example', '', '')
    """
    _name, at, domain = (email or "").strip().lower().rpartition("@")
    is_one = at and "." in domain and not _is_free(domain)
    return domain if is_one else ""


def site_domain(address: str | None) -> str:
    """Return the domain of a web site's address.

    >>> site_domain("https://www.brehat.example/contact"), site_domain("brehat.example")
    ('brehat.example', 'brehat.example')
    """
    place = (address or "").strip().lower().split("://")[-1]
    return _AFTER_HOST.split(place)[0].removeprefix("www.").rstrip(".")


def _is_free(domain: str) -> bool:
    name, _dot, rest = domain.partition(".")
    return domain in FREE_DOMAINS or (name in FREE_NAMES and bool(_COUNTRY.fullmatch(rest)))
