"""Every string that people read is in the catalogue."""

import re

from headwater.config import catalogue


def _keys(catalog):
    return {(message.id, message.context) for message in catalog if message.id}


def test_the_catalogue_holds_every_string():
    missing = _keys(catalogue.extract()) ^ _keys(catalogue.stored())
    assert not missing, f"bin/manage write_catalogue brings up to date: {sorted(map(str, missing))[:10]}"


def test_placeholders_are_named():
    """Translators may need another order: more than one placeholder must have names."""
    for message in catalogue.extract():
        texts = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in texts:
            assert len(re.findall(r"%[sd]", text)) < 2, text
