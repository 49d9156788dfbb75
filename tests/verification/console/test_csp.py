"""What a browser is allowed on the console's pages, and that they need no more."""

import re

from django.test import Client

from tests.verification.console.desk import TABLES, page, text
from verification.models import Signup


def test_the_console_loosens_its_own_policy_by_one_word_and_no_other_pages(desk: Client, client: Client) -> None:
    console = desk.get("/console/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in console
    assert "unsafe-inline" not in console
    assert "default-src 'self'" in console
    assert "unsafe-eval" in client.get("/console/login/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/healthz").headers.get("Content-Security-Policy", "")


def test_no_page_needs_an_inline_style_or_script(full_house: Signup, desk: Client, client: Client) -> None:
    lists = [f"/console/{table}/" for table in TABLES]
    pages = [desk.get(address) for address in ("/console/", page(full_house), *lists)]
    for seen in (*pages, client.get("/console/login/")):
        assert not re.findall(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", text(seen))
