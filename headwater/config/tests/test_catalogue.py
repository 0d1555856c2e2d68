"""Every string that people read is in the catalogue, and in every language."""

import re
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from headwater.config.catalogue import faults, files, languages, mo, template, translations
from headwater.config.catalogue.borrowed import BORROWED


def _keys(catalog):
    return {(message.id, message.context) for message in files.messages(catalog)}


@pytest.fixture(scope="module")
def strings():
    return template.extract()


def test_the_catalogue_holds_every_string(strings):
    missing = _keys(strings) ^ _keys(template.stored())
    assert not missing, f"bin/manage write_catalogue brings up to date: {sorted(map(str, missing))[:10]}"


@pytest.mark.parametrize("language", languages.PLURALS)
def test_a_language_holds_the_strings_of_the_catalogue(language):
    missing = _keys(template.stored()) ^ _keys(files.stored(language))
    assert not missing, f"bin/manage write_catalogue brings up to date: {sorted(map(str, missing))[:10]}"


def test_every_language_but_the_sources_is_translated_into():
    assert {code for code, _name in settings.LANGUAGES} == {"en", *languages.PLURALS}


@pytest.mark.parametrize("language", languages.PLURALS)
def test_a_language_is_complete(language):
    lacking = [m.id for m in files.messages(files.stored(language)) if not faults.is_complete(m)]
    assert not lacking, f"{len(lacking)} untranslated: bin/manage list_untranslated {language}"


@pytest.mark.parametrize("language", languages.PLURALS)
def test_translations_have_no_faults(language):
    found = [
        fault
        for message in files.messages(files.stored(language))
        for fault in faults.faults(language, message)
    ]
    assert not found, "\n".join(found[:20])


def test_placeholders_are_named(strings):
    """Translators may need another order: more than one placeholder must have names."""
    for message in files.messages(strings):
        texts = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in texts:
            assert len(re.findall(r"%[sd]", text)) < 2, text


def test_strings_of_libraries_are_those_that_the_libraries_say():
    catalogues = {
        "django": Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po",
        "django.contrib.auth": Path(django.__file__).parent / "contrib/auth/locale/en/LC_MESSAGES/django.po",
        "allauth": Path(allauth.__file__).parent / "locale/en/LC_MESSAGES/django.po",
    }
    for library, messages in BORROWED.items():
        known = {message.id for message in files.read(catalogues[library])}
        assert set(messages) <= known, library


def _one(text, translated, language="lv", plural=None, **more):
    catalog = files.empty(language)
    catalog.add((text, plural) if plural else text, translated, **more)
    return [fault for message in files.messages(catalog) for fault in faults.faults(language, message)]


@pytest.mark.parametrize(
    ("text", "translated", "language", "fault"),
    [
        ("%(n)s of %(all)s", "%(n)s no %(al)s", "lv", "placeholders"),
        ("%(n)s of %(all)s", "%(n)s", "lv", "placeholders"),
        ("Hello {name}", "สวัสดี {nam}", "th", "placeholders"),
        ("%(n)s per cent", "%(n)s %", "lv", "stray %"),
        (" and ", "un ", "lv", "spaces at the start"),
        ("Name:", "ឈ្មោះ៖ ", "km", "spaces at the end"),
        ("<b>New</b>", "<b>ใหม่<b>", "th", "tags"),
        ("One\ntwo", "Viens divi", "lv", "line breaks"),
        ("New lead", "lead ใหม่", "th", "English: lead"),
        ("New lead", "New lead", "km", "English: New, lead"),
        ("Priority", "Priority", "lv", "English: Priority"),
        ("the owner", "the īpašnieks", "lv", "English: the"),
    ],
)
def test_a_fault_is_found(text, translated, language, fault):
    assert fault in " ".join(_one(text, translated, language))


@pytest.mark.parametrize(
    ("text", "translated", "language"),
    [
        ("%(n)s of %(all)s", "no %(all)s %(n)s", "lv"),
        ("As CSV", "เป็น CSV", "th"),
        ("such as name@company.com", "ដូចជា name@company.com", "km"),
        ("%(count)s %(objects)s", "%(count)s %(objects)s", "lv"),
        ("Status", "", "lv"),
    ],
)
def test_a_sound_translation_has_no_fault(text, translated, language):
    assert _one(text, translated, language) == []


def test_a_missing_plural_and_a_guess_are_faults():
    forms = ("%(n)s vadītājs", "", "%(n)s vadītāju")
    assert "forms" in _one("%(n)s x", forms, plural="%(n)s xs")[0]
    assert "fuzzy" in _one("Name", "Vārds", flags=["fuzzy"])[0]


def _strings(*texts):
    catalog = Catalog()
    for text in texts:
        catalog.add(text)
    return catalog


def test_a_changed_string_is_untranslated_and_the_old_one_comes_back():
    before = files.empty("lv")
    before.add("Old", "Vecs")
    changed = translations.updated("lv", _strings("Older"), before)
    assert [(m.id, m.string or "") for m in files.messages(changed)] == [("Older", "")]
    assert [m.string for m in changed.obsolete.values()] == ["Vecs"]
    back = translations.updated("lv", _strings("Old", "Older"), changed)
    assert [(m.id, m.string or "") for m in files.messages(back)] == [("Old", "Vecs"), ("Older", "")]
    assert not back.obsolete


@pytest.fixture
def locale(tmp_path, monkeypatch):
    """An empty folder of translations, with what the sources say in it."""
    monkeypatch.setattr(languages, "LOCALE", tmp_path)
    monkeypatch.setattr(languages, "TEMPLATE", tmp_path / "django.pot")
    monkeypatch.setattr(
        template, "extract", lambda: _strings("Leads", "Contacts", ("%(n)d lead", "%(n)d leads"))
    )
    return tmp_path


def test_a_filled_file_is_merged_except_for_its_faults(locale):
    lacking = translations.untranslated("lv")
    forms = ("%(n)d saite", "%(n)d saites", "%(n)d saišu")
    for message in files.messages(lacking):
        message.string = {"Leads": "Saites", "Contacts": "Contacts"}.get(str(message.id), forms)
    done, wrong = translations.merge("lv", lacking)
    assert (done, len(wrong)) == (2, 1)
    assert "Contacts" in wrong[0]
    assert [m.id for m in files.messages(translations.untranslated("lv"))] == ["Contacts"]


def test_what_was_changed_is_compiled_and_read_with_its_plurals(locale, settings):
    catalog = files.empty("lv")
    catalog.add("Leads", "Saites")
    catalog.add(("%(n)d zq", "%(n)d zqs"), ("viens %(n)d", "daži %(n)d", "daudz %(n)d"))
    catalog.add(("%(n)d half", "%(n)d halves"), ("puse", "", ""))
    translations.store("lv", catalog)
    mo.compile_changed()
    assert mo.is_compiled(languages.translations("lv"))

    settings.LOCALE_PATHS = [locale]
    with translation.override("lv"):
        assert gettext("Leads") == "Saites"
        said = [
            ngettext("%(n)d zq", "%(n)d zqs", n) % {"n": n} for n in (0, 1, 2, 9, 10, 11, 12, 21, 22, 112)
        ]
        assert ngettext("%(n)d half", "%(n)d halves", 2) == "%(n)d halves"
    assert [text.split()[0] for text in said] == [
        "daudz", "viens", "daži", "daži", "daudz", "daudz", "daudz", "viens", "daži", "daudz"
    ]  # fmt: skip
