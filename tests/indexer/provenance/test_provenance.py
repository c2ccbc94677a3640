"""Licences, authors and sources, as packs write them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.query.licenses import license_matches
from db.types import UNKNOWN_PROVENANCE, Provenance
from indexer.provenance.file_names import provenance_of_name
from indexer.provenance.licenses import license_in, licenses_in
from indexer.provenance.pack_documents import PackDocuments, parse_document

FREESOUND_README = """Sound pack downloaded from Freesound
----------------------------------------

This pack of sounds contains sounds by the following user:
 - InspectorJ ( https://freesound.org/people/InspectorJ/ )

Licenses in this pack (see below for individual sound licenses)
---------------------------------------------------------------

Attribution 4.0: https://creativecommons.org/licenses/by/4.0/
Creative Commons 0: http://creativecommons.org/publicdomain/zero/1.0/

Sounds in this pack
-------------------

  * 339809__inspectorj__hand-bells-c.wav
    * url: https://freesound.org/s/339809/
    * license: Attribution 4.0
  * 339810__inspectorj__hand-bells-b.wav
    * url: https://freesound.org/s/339810/
    * license: Creative Commons 0
"""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("This work is licensed under the Creative Commons 0 License.", "cc0"),
        ("placed in the public domain via http://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
        ("CC0 1.0 Universal", "cc0"),
        ("100% royalty free. CC0", "cc0"),
        ("Creative Commons Attribution 4.0 International License", "cc-by-4.0"),
        ("cc-by ==> http://creativecommons.org/licenses/by/3.0/", "cc-by-3.0"),
        ("Attribution-Share Alike 3.0 United States", "cc-by-sa-3.0"),
        ("CC BY-NC-SA 4.0", "cc-by-nc-sa-4.0"),
        ("license: Attribution NonCommercial 4.0", "cc-by-nc-4.0"),
        ("cc by sa", "cc-by-sa"),
        ("creative commons attribution-noncommercial-noderivs 2.5", "cc-by-nc-nd-2.5"),
        ("This drumkit is distributed under the GPL version 2 license", "gpl-2.0"),
        ("GNU General Public License, version 3", "gpl-3.0"),
        ("free and unencumbered software released into the public domain", "unlicense"),
        ("MIT License", "mit"),
        ("Sampling+", "sampling+"),
        ("Royalty-free for all commercial and non-commercial use", "royalty-free"),
        ("Public Domain samples by AKAI", "public-domain"),
        ("these sounds are not in the public domain", None),
        ("(c) 2019 Acme. All rights reserved.", None),
        ("by the way, creative commons is nice", None),
        ("CC BY 4.0 and CC0", None),
        ("", None),
    ],
)
def test_a_licence_is_read_however_it_is_written(text: str, name: str | None) -> None:
    assert license_in(text) == name


def test_asking_for_a_licence_finds_its_versions_and_no_other_licence() -> None:
    assert license_matches("cc-by-4.0", "cc-by")
    assert license_matches("cc-by-4.0", "CC BY 4.0")
    assert license_matches("cc0", "CC0")
    assert not license_matches("cc-by-sa-4.0", "cc-by")
    assert not license_matches("cc-by", "cc-by-4.0")


def test_a_freesound_name_says_who_and_where() -> None:
    assert provenance_of_name("339809__inspector.j__hand_bells.wav") == Provenance(
        "inspector.j", None, "https://freesound.org/s/339809/"
    )
    for name in ("kick_01.wav", "01__kick.wav", "x339809__a__b.wav", "a__b__c.wav"):
        assert provenance_of_name(name) == UNKNOWN_PROVENANCE


def test_a_freesound_readme_says_the_licence_of_each_sound() -> None:
    document = parse_document(FREESOUND_README)
    assert document.pack == Provenance(author="InspectorJ")  # its sounds have different licences
    assert document.sounds["339809__inspectorj__hand-bells-c"].license == "cc-by-4.0"
    assert document.sounds["339810__inspectorj__hand-bells-b"] == Provenance(
        None, "cc0", "https://freesound.org/s/339810/"
    )


def test_a_list_of_sources_says_who_made_each_sound() -> None:
    text = "All samples are CC0.\n\n* `:drum_roll` - http://freesound.org/people/Heigh%20Hoo/sounds/19433/\n"
    document = parse_document(text)
    assert document.pack.license == "cc0"
    assert document.sounds["drum_roll"] == Provenance("Heigh Hoo", None, "https://freesound.org/s/19433/")


def test_a_drum_kit_of_hydrogen_says_author_and_licence() -> None:
    text = "<drumkit_info><author>emillo &lt;e@x.net&gt;</author>\n<licence>GPL</licence></drumkit_info>"
    assert parse_document(text, is_xml=True).pack == Provenance("emillo", "gpl")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Author: Jane Doe", "Jane Doe"),
        ("# Recorded by Jane Doe.", "Jane Doe"),
        ("Copyright (c) 2019-2021 Acme Sounds", "Acme Sounds"),
        ("© 2020 Acme Sounds", "Acme Sounds"),
        ("Author: Jane\nAuthor: John", None),
        ("The author asks for a coffee", None),
        ("Author: " + "x" * 200, None),
    ],
)
def test_an_author_is_named_in_a_line_of_its_own(line: str, author: str | None) -> None:
    assert parse_document(f"Some pack\n\n{line}\n").pack.author == author


def test_the_nearest_document_counts_and_none_above_the_root_is_read(tmp_path: Path) -> None:
    root = tmp_path / "samples"
    pack = root / "Acme" / "Kicks"
    pack.mkdir(parents=True)
    (tmp_path / "LICENSE").write_text("CC BY-NC 4.0")
    (root / "Acme" / "Readme.txt").write_text("Author: Acme\nLicense: CC BY 4.0")
    (pack / "notes.txt").write_text("CC0")
    documents = PackDocuments(root)
    assert documents.of_file(pack / "kick.wav") == Provenance("Acme", "cc-by-4.0")
    assert documents.of_file(root / "other" / "kick.wav") == UNKNOWN_PROVENANCE
    (pack / "LICENSE.md").write_bytes(b"\xff\xfeCC0 1.0 Universal")
    assert PackDocuments(root).of_file(pack / "kick.wav") == Provenance(None, "cc0")


@given(st.text(max_size=300))
def test_any_text_is_a_document(text: str) -> None:
    for is_xml in (False, True):
        document = parse_document(text, is_xml=is_xml)
        for found in (document.pack, *document.sounds.values()):
            assert found.author is None or (found.author.isprintable() and len(found.author) <= 80)
    assert all(license_matches(name, name) for name in licenses_in(text))
