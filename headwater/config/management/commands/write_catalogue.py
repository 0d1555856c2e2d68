from typing import Any

from django.core.management.base import BaseCommand

from headwater.config.catalogue import languages, template, translations


class Command(BaseCommand):
    help = "Bring headwater/locale up to date: every string that people read, and the files of translations."

    def handle(self, *args: Any, **options: Any) -> None:
        with translations.one_writer():
            template.write()
            self.stdout.write(str(languages.TEMPLATE))
            strings = template.stored()
            for language in languages.PLURALS:
                translations.write(language, strings)
                self.stdout.write(str(languages.translations(language)))
