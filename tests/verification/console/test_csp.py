"""What a browser is allowed on the console's pages, and that they need no more.

tests/e2e/test_console_policy.py tries it in one.
"""

import re

from django.test import Client

from tests.verification.console.desk import TABLES, page, text
from verification.models import Signup


def test_the_console_has_the_policy_of_all_pages(desk: Client, client: Client) -> None:
    console = desk.get("/console/")["Content-Security-Policy"]
    assert "default-src 'self'" in console
    assert "script-src" not in console
    assert "unsafe" not in console
    assert console == client.get("/console/login/")["Content-Security-Policy"]
    assert console == client.get("/example/")["Content-Security-Policy"]


def test_no_page_needs_an_inline_style_or_script(full_house: Signup, desk: Client, client: Client) -> None:
    lists = [f"/console/{table}/" for table in TABLES]
    pages = [desk.get(address) for address in ("/console/", page(full_house), *lists)]
    for seen in (*pages, client.get("/console/login/")):
        assert not re.findall(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", text(seen))
