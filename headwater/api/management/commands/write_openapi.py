"""Write the OpenAPI document into the repository, so that a change of the API is seen in review."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from headwater.api.openapi.document import build_document
from headwater.api.root import api

PATH = settings.BASE_DIR / "docs" / "openapi.json"


def document_text() -> str:
    """Return the document as it is stored."""
    return json.dumps(build_document(api), indent=1, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    help = "Write docs/openapi.json from the operations and the dictionary."

    def handle(self, *_args: Any, **_options: Any) -> None:
        PATH.write_text(document_text())
        self.stdout.write(f"{PATH.relative_to(settings.BASE_DIR)} written.")
