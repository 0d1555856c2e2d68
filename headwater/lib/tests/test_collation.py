"""The order of texts, against known orders and, on PostgreSQL, against ICU's."""

import random

import pytest
from django.db import connection

from headwater.lib.collation import sort_key

KNOWN = {
    "lv": "Ābele Abols Avots Cēsis Cimze Čaks Čiekurs Dobele Ēvele Ezers Garša Ģērmane Kalns Ķekava Liepa "
    "Ļaudona Nora Ņikita Ogre Salaspils Šķēde Tukums Zariņa Žagars",
    "th": "กมล กาญจนา กิ่ง เกษม แก้ว ไกร ขวัญ งาม จันทร์ เจริญ ชลธิชา ไชยา ฐิติ ดวง ทองดี เทพ ธีรเดช นภา ประเสริฐ "
    "พร พิมพ์ ภูมิ มณี ยุพา รัตนา ลดา วิชัย ศรี สมชาย สมบัติ เสาวณีย์ แสง หทัย อนันต์ อาทิตย์ เอก",
    "km": "កក កា កោះ កាំ ក្រុង ខែ គង់ ចាន់ ឆាយ ជា ញឹប ដារា ណា ថា ទេព ធី នាង ប៉ុន ផល ពៅ ភា មាន យន់ រតនា ឫទ្ធី លី វុទ្ធី "
    "សុខ សោភា ស្រី ហេង ឡុង អាន ឥន្ទ្រ ឧត្តម ឯក",
}


@pytest.mark.parametrize("language", ["lv", "th", "km"])
def test_known_orders(language):
    words = KNOWN[language].split()
    shuffled = random.Random(7).sample(words, len(words))
    assert sorted(shuffled, key=sort_key) == words


def test_scripts_follow_each_other_and_empty_comes_first():
    words = ["", "- 1", "2", "๑๐", "Anna", "Žanis", "Ωmega", "Иван", "กมล", "កា"]
    assert sorted(words, key=sort_key) == ["", "- 1", "๑๐", "2", *words[4:]]


def test_case_does_not_count_and_accents_last():
    assert sort_key("ANNA") == sort_key("anna")
    assert sort_key("resume") < sort_key("résumé") < sort_key("resumes")
    assert sort_key("มา") < sort_key("ม้า") < sort_key("มาก")
    assert sort_key("Anna Bērziņa") < sort_key("Annabel")


KHMER_SIGNS = [*map(chr, range(0x17B6, 0x17C6)), "\u17bb\u17c6", "\u17c6", "\u17b6\u17c6", "\u17c7", "", ""]


def _khmer(chance):
    consonants = [chr(code) for code in range(0x1780, 0x17A3) if code not in (0x179D, 0x179E)]
    parts = []
    for _syllable in range(chance.randint(1, 3)):
        parts.append(chance.choice(consonants))
        if chance.random() < 0.3:
            parts.append("\u17d2" + chance.choice(consonants))
        parts.append(chance.choice(KHMER_SIGNS))
        parts.append(chance.choice("ឥឦឧឩឯឱឫឭ") if chance.random() < 0.1 else "")
    return "".join(parts)


def _thai(chance):
    parts = []
    for _syllable in range(chance.randint(1, 3)):
        parts.append(chance.choice("เแโใไ") if chance.random() < 0.3 else "")
        parts.append(chr(chance.randint(0x0E01, 0x0E2E)))
        parts += [chance.choice([*"ะัาำิีึืุู", "", ""]), chance.choice([*"่้๊๋็์", "", "", ""])]
    return "".join(parts)


def _latvian(chance):
    letters = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzžAČŠ"
    return "".join(chance.choice(letters) for _letter in range(chance.randint(1, 4)))


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "collation"), [(_khmer, "km"), (_thai, "th"), (_latvian, "lv")])
def test_the_order_is_that_of_the_languages_collation(make, collation):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL has the collations to compare with")
    chance = random.Random(20)
    words = {make(chance) for _word in range(400)}
    words |= {word[: chance.randint(1, 3)] + make(chance) for word in sorted(words)}
    with connection.cursor() as cursor:
        statement = f'SELECT word FROM unnest(%s::text[]) AS word ORDER BY word COLLATE "{collation}-x-icu"'
        cursor.execute(statement, [sorted(words)])
        keys = [sort_key(word) for (word,) in cursor.fetchall()]
    # what is alike for us (ឧ and អុ) may come in either order
    assert keys == sorted(keys)
