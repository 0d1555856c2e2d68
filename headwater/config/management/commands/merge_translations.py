from pathlib import Path
from typing import Any

from babel.messages.pofile import PoFileError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from headwater.config.catalogue import files, languages, translations


class Command(BaseCommand):
    help = "Take over translations from a .po file, except those with a fault, which are told."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language", choices=sorted(languages.PLURALS))
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        try:
            given = files.read(options["file"])
        except (OSError, PoFileError, ValueError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        with translations.one_writer():
            done, wrong = translations.merge(language, given)
        self.stdout.write(f"{done} translations taken over into {languages.translations(language)}.")
        if wrong:
            raise CommandError("\n".join([f"{len(wrong)} faults:", *wrong]))
