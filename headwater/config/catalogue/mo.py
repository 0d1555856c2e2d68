"""The compiled catalogues, made from the translations by the first process that finds them changed."""

from io import BytesIO
from pathlib import Path

from headwater.config.catalogue import languages


def is_compiled(source: Path) -> bool:
    """Say whether the compiled file was made from its source as it is (or there is nothing to compile)."""
    target = source.with_suffix(".mo")
    if not source.exists() or not target.exists():
        return not source.exists()
    return target.stat().st_mtime_ns == source.stat().st_mtime_ns


def compile_changed() -> None:
    """Compile each language whose translations changed since they were compiled.

    Where the program's own folder may not be written, nothing happens; a system check tells it.
    """
    for language in languages.PLURALS:
        source = languages.translations(language)
        if not is_compiled(source):
            try:
                _compile(language, source)
            except PermissionError:
                return


def _compile(language: str, source: Path) -> None:
    from babel.messages.mofile import write_mo

    from headwater.config.catalogue import faults, files

    changed, whole, buffer = source.stat(), files.empty(language), BytesIO()
    for message in files.messages(files.read(source)):
        # without all its forms, a string would be shown empty instead of in English
        if faults.is_complete(message) and not message.fuzzy:
            whole.add(message.id, message.string, context=message.context)
    write_mo(buffer, whole)
    # the compiled file bears the time of its source: an edit meanwhile is then seen
    files.replace(source.with_suffix(".mo"), buffer.getvalue(), changed)
