from typing import Any

from django.core.management.base import BaseCommand

from headwater.config import catalogue


class Command(BaseCommand):
    help = "Write headwater/locale/django.pot, the catalogue of every string that people read."

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue.write()
        self.stdout.write(str(catalogue.FILE))
