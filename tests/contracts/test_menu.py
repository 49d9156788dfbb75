"""One name for one thing: what the menu of the console calls a list is what the list calls itself."""

from django.apps import apps
from django.utils.text import capfirst

from verification.console.navigation import MENU

# A part of what the list is of, and known by it.
OTHERWISE = {"Lists": "List entries", "Webhooks": "Webhook endpoints"}


def test_the_menu_and_the_lists_have_the_same_names() -> None:
    lists = {title: model for entries in MENU.values() for title, _, model in entries if "/" not in model}
    named = {title: capfirst(str(apps.get_model(model)._meta.verbose_name_plural)) for title, model in lists.items()}
    assert named == {title: OTHERWISE.get(title, title) for title in named}
