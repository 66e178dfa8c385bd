from unittest import TestCase

from ...tools.mail_domains import company_domain, site_domain


class TestMailDomains(TestCase):
    def test_company_domain(self):
        for email, domain in (
            ("Zoe@Brehat.Example", "brehat.example"),
            (" zoe@paris.brehat.example ", "paris.brehat.example"),
            ("zoe@orange.fr", ""),
            ("zoe@GMAIL.com", ""),
            ("zoe@gmx.net", ""),
            ("zoe@yahoo.co.uk", ""),
            ("zoe@hotmail.es", ""),
            ("zoe@yopmail.com", ""),
            ("zoe@outlook.brehat.example", "outlook.brehat.example"),
            ("zoe@live-brehat.fr", "live-brehat.fr"),
            ("zoe@localhost", ""),
            ("zoe", ""),
            ("brehat.example", ""),
            ("", ""),
            (None, ""),
        ):
            self.assertEqual(company_domain(email), domain, email)

    def test_site_domain(self):
        for address, domain in (
            ("https://www.brehat.example/contact", "brehat.example"),
            ("http://brehat.example:8069", "brehat.example"),
            ("brehat.example", "brehat.example"),
            ("https://brehat.example?lang=fr", "brehat.example"),
            ("https://brehat.example.#contact", "brehat.example"),
            ("", ""),
            (None, ""),
        ):
            self.assertEqual(site_domain(address), domain, address)
