"""reset_second_factor USERNAME"""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from verification.second_factors import take_away


class Command(BaseCommand):
    help = "Take somebody's second factors away: at the next sign-in they take up a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *_: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']!r}.")
        print(f"{take_away(user, by='command')} taken away from {user.get_username()}.")
