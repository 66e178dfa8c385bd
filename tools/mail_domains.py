"""Which company does an e-mail address tell of? None, where anybody can have one."""

# Domains of providers where private people have their addresses, the usual ones in France.
FREE_DOMAINS = frozenset(
    (
        "aliceadsl.fr",
        "aol.com",
        "aol.fr",
        "bbox.fr",
        "caramail.com",
        "cegetel.net",
        "cloud.com",
        "club-internet.fr",
        "dartybox.com",
        "free.fr",
        "gmail.com",
        "gmail.fr",
        "gmx.com",
        "gmx.fr",
        "googlemail.com",
        "hotmail.be",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "ik.me",
        "infonie.fr",
        "laposte.net",
        "libertysurf.fr",
        "live.be",
        "live.com",
        "live.fr",
        "mac.com",
        "mail.com",
        "mailo.com",
        "me.com",
        "msn.com",
        "neuf.fr",
        "noos.fr",
        "numericable.fr",
        "orange.com",
        "orange.fr",
        "outlook.be",
        "outlook.com",
        "outlook.fr",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "rocketmail.com",
        "sfr.fr",
        "skynet.be",
        "tutanota.com",
        "voila.fr",
        "wanadoo.fr",
        "yahoo.com",
        "yahoo.fr",
        "ymail.com",
        "zaclys.net",
    )
)


def company_domain(email: str | None) -> str:
    """Return the domain of a company's address, empty for a private or a wrong one.

    >>> company_domain("Zoe@Brehat.example"), company_domain("zoe@orange.fr"), company_domain("zoe")
    ('brehat.example', '', '')
    """
    _name, at, domain = (email or "").strip().lower().rpartition("@")
    is_one = at and "." in domain and domain not in FREE_DOMAINS
    return domain if is_one else ""


def site_domain(address: str | None) -> str:
    """Return the domain of a web site's address.

    >>> site_domain("https://www.brehat.example/contact"), site_domain("brehat.example")
    ('brehat.example', 'brehat.example')
    """
    host = (address or "").strip().lower().split("://")[-1].split("/")[0].split(":")[0]
    return host.removeprefix("www.")
