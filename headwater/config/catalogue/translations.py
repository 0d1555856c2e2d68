"""The translations: bringing them up to date, adding to them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from babel.messages.catalog import Catalog, Message

from headwater.config.catalogue import files, languages, template
from headwater.config.catalogue.faults import faults, forms_of, is_complete

Key = tuple[str, str | None]


def key_of(message: Message) -> Key:
    """Return what a message is looked up by: its (singular) text and its context."""
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def updated(language: str, strings: Catalog, before: Catalog) -> Catalog:
    """Return the strings with the translations they had.

    A string that changed has none: a translation is never guessed from a similar string. What the
    sources no longer have is kept apart as obsolete, and found again when a string comes back.
    """
    known = {key_of(old): old for old in (*before.obsolete.values(), *files.messages(before))}
    after = files.empty(language)
    for string in files.messages(strings):
        old = known.get(key_of(string))
        after.add(
            string.id,
            old.string if old and old.id == string.id else None,
            locations=string.locations,
            flags=string.flags - {"fuzzy"},
            auto_comments=string.auto_comments,
            user_comments=old.user_comments if old else (),
            context=string.context,
        )
        if old and old.id == string.id:
            del known[key_of(string)]
    for (text, context), old in known.items():
        if is_complete(old):
            after.obsolete[(text, context) if context else text] = Message(
                old.id, old.string, context=old.context
            )
    return after


@contextmanager
def one_writer() -> Iterator[None]:
    """Let one process at a time read, change and write translations."""
    held = os.open(languages.LOCALE, os.O_RDONLY)  # the folder: the files are replaced
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def store(language: str, catalog: Catalog) -> None:
    """Write a language's file."""
    files.replace(languages.translations(language), files.written(catalog, languages.header(language)))


def write(language: str, strings: Catalog) -> None:
    """Bring a language's file up to date with the strings of the sources."""
    store(language, updated(language, strings, files.stored(language)))


def untranslated(language: str, room: str = "") -> Catalog:
    """Return what a language lacks, of one room such as "reports" or of all, as of the sources now."""
    whole, lacking = updated(language, template.extract(), files.stored(language)), files.empty(language)
    for message in files.messages(whole):
        if not is_complete(message) and _is_in(room, message):
            lacking.add(
                message.id,
                locations=message.locations,
                flags=message.flags,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return lacking


def merge(language: str, given: Catalog) -> tuple[int, list[str]]:
    """Take over translations for strings that the sources have.

    Returns how many were taken, and what is wrong with those that were not.
    """
    whole = updated(language, template.extract(), files.stored(language))
    strings, done, wrong = {key_of(string): string for string in files.messages(whole)}, 0, []
    for message in files.messages(given):
        if not any(forms_of(message)):
            continue
        string = strings.get(key_of(message))
        found = list(faults(language, message))
        if string is None or string.id != message.id:
            found.append(f"{message.id!r} is no string of the sources")
        if string is not None and not found:
            string.string, done = message.string, done + 1
        wrong += found
    store(language, whole)
    return done, wrong


def _is_in(room: str, message: Message) -> bool:
    folders = (f"headwater/{room}/", f"headwater/web/templates/{room}/")
    return not room or any(file.startswith(folders) for file, _line in message.locations)
