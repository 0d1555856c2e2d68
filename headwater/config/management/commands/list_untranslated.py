from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from headwater.config.catalogue import files, languages, translations


class Command(BaseCommand):
    help = "Print what a language lacks, as a .po file to be filled and given to merge_translations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language", choices=sorted(languages.PLURALS))
        parser.add_argument("--room", default="", help="only strings of this room or template folder")

    def handle(self, *args: Any, **options: Any) -> None:
        lacking = translations.untranslated(options["language"], options["room"])
        self.stdout.write(files.written(lacking, languages.header(options["language"])).decode())
