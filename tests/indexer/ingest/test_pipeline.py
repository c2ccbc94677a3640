import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from db.errors import LibraryBusyError, UsageError
from db.library import Library
from indexer.audio.decode import decode
from indexer.ingest import decode_and_embed, observe
from indexer.ingest.pipeline import BatchStored, IndexEvent, IndexSummary, RootScanned, index
from tests.fakes import FakeEncoder
from tests.indexer.ingest.light_encoders import light, make_fake
from tests.trees import tree_hash


def run(library: Library, *folders: Path, encoder: FakeEncoder | None = None) -> IndexSummary:
    return index(library, folders, encoder or FakeEncoder())


def changes(summary: IndexSummary) -> dict[str, int]:
    """Pick the counts that are not zero."""
    counts = {name: getattr(summary, name) for name in summary.__slots__ if name.startswith("n_")}
    return {name: count for name, count in counts.items() if count}


def test_first_run_embeds_everything_and_changes_nothing_on_disk(library: Library, folder: Path) -> None:
    before = tree_hash(folder)
    assert changes(run(library, folder)) == {"n_new": 72, "n_embedded": 72}
    assert library.vectors(FakeEncoder().info).n == 72
    assert tree_hash(folder) == before


def test_a_run_that_finds_nothing_leaves_the_library_as_it_was(library: Library, folder: Path) -> None:
    run(library, folder)
    before = library.generation()
    run(library)
    assert library.generation() == before


def test_second_run_embeds_nothing(library: Library, folder: Path) -> None:
    run(library, folder)
    encoder = FakeEncoder()
    assert changes(run(library, encoder=encoder)) == {"n_unchanged": 72}
    assert encoder.n_embedded == 0


def test_moved_and_renamed_files_keep_their_sample_and_are_not_embedded_again(library: Library, folder: Path) -> None:
    run(library, folder)
    sample_id = library.find_sample_id(folder / "audio_0001.wav")
    (folder / "deep").mkdir()
    (folder / "audio_0001.wav").rename(folder / "deep" / "renamed.wav")
    encoder = FakeEncoder()
    assert changes(run(library, encoder=encoder)) == {"n_moved": 1, "n_unchanged": 71}
    assert encoder.n_embedded == 0
    assert library.find_sample_id(folder / "deep" / "renamed.wav") == sample_id
    assert library.find_sample_id(folder / "audio_0001.wav") is None


def test_new_name_brings_its_own_tag_without_another_embedding(library: Library, folder: Path) -> None:
    (folder / "audio_0001.wav").rename(folder / "snare.wav")
    run(library, folder)
    (folder / "snare.wav").rename(folder / "kick.wav")
    encoder = FakeEncoder()
    run(library, encoder=encoder)
    [sample] = library.samples([library.find_sample_id(folder / "kick.wav")])
    assert [tag.name for tag in sample.tags if tag.facet == "type"] == ["kick"]
    assert encoder.n_embedded == 0


def test_move_between_two_roots_is_a_move(library: Library, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other / "pack")
    for path in folder.iterdir():
        frames, rate_hz = sf.read(path)
        sf.write(path, 0.9 * frames, rate_hz)  # the two roots share no sound
    run(library, folder, other)
    (other / "pack" / "audio_0002.wav").rename(folder / "from-other.wav")
    assert changes(run(library)) == {"n_moved": 1, "n_unchanged": 143}


def test_copy_is_a_duplicate_of_one_sample(library: Library, folder: Path) -> None:
    run(library, folder)
    shutil.copy(folder / "audio_0001.wav", folder / "copy.wav")
    assert changes(run(library)) == {"n_duplicate": 1, "n_unchanged": 72}
    [sample] = library.samples([library.find_sample_id(folder / "copy.wav")])
    assert set(sample.paths) == {folder / "audio_0001.wav", folder / "copy.wav"}


def test_copies_that_are_found_in_the_same_run_are_not_decoded(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, folder / "the same again")
    monkeypatch.setattr(decode_and_embed, "_BATCH_FILES", 8)
    decoded: list[Path] = []
    monkeypatch.setattr(observe, "decode", lambda path: (decoded.append(path), decode(path))[1])
    assert changes(index(library, [folder], light(make_fake))) == {"n_new": 72, "n_duplicate": 72, "n_embedded": 72}
    assert len(decoded) == 72


def test_changed_content_is_embedded_again(library: Library, folder: Path) -> None:
    run(library, folder)
    shutil.copy(folder / "audio_0002.wav", folder / "audio_0001.wav")
    os.truncate(folder / "audio_0001.wav", (folder / "audio_0001.wav").stat().st_size - 400)
    assert changes(run(library)) == {"n_changed": 1, "n_embedded": 1, "n_unchanged": 71}


def test_removed_file_leaves_results_and_is_remembered_when_it_returns(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    run(library, folder)
    sample_id = library.find_sample_id(folder / "audio_0001.wav")
    (folder / "audio_0001.wav").rename(tmp_path / "away.wav")
    assert changes(run(library)) == {"n_removed": 1, "n_unchanged": 71}
    assert library.vectors(FakeEncoder().info).n == 71
    (tmp_path / "away.wav").rename(folder / "back.wav")
    encoder = FakeEncoder()
    run(library, encoder=encoder)
    assert encoder.n_embedded == 0
    assert library.find_sample_id(folder / "back.wav") == sample_id


def test_unplugged_drive_is_offline_not_deleted(library: Library, folder: Path, tmp_path: Path) -> None:
    run(library, folder)
    folder.rename(tmp_path / "unplugged")
    assert changes(run(library)) == {"n_offline_roots": 1}
    folder.mkdir()  # an empty mount point
    assert changes(run(library)) == {"n_offline_roots": 1}
    folder.rmdir()
    (tmp_path / "unplugged").rename(folder)
    assert changes(run(library)) == {"n_unchanged": 72}


def test_bad_file_costs_one_line_and_is_not_tried_again_until_it_changes(library: Library, folder: Path) -> None:
    (folder / "bad.wav").write_bytes(b"RIFF but no sound")
    summary = run(library, folder)
    assert (summary.n_new, summary.n_failed) == (72, 1)
    [problem] = library.problems()
    assert problem.path == folder / "bad.wav"
    assert changes(run(library)) == {"n_unchanged": 73}
    assert index(library, [], FakeEncoder(), retry_problems=True).n_failed == 1
    shutil.copy(folder / "audio_0003.wav", folder / "bad.wav")
    run(library)
    assert library.problems() == []


def test_second_encoder_embeds_everything_beside_the_first(library: Library, folder: Path) -> None:
    run(library, folder)
    other = FakeEncoder(revision="2")
    assert run(library, encoder=other).n_embedded == 72
    assert run(library, encoder=FakeEncoder()).n_embedded == 0
    assert library.active_encoder() == FakeEncoder().info.fingerprint


def test_cancelled_run_keeps_what_it_reported_and_the_next_one_goes_on(library: Library, folder: Path) -> None:
    stop_after = 20
    n_polls = 0

    def cancelled() -> bool:
        nonlocal n_polls
        n_polls += 1
        return n_polls > stop_after

    summary = index(library, [folder], FakeEncoder(), cancelled=cancelled)
    assert summary.was_cancelled
    assert 0 < summary.n_new < 72
    encoder = FakeEncoder()
    run(library, encoder=encoder)
    assert encoder.n_embedded == 72 - summary.n_new
    assert library.vectors(encoder.info).n == 72


def test_events_tell_scan_and_progress(library: Library, folder: Path) -> None:
    events: list[IndexEvent] = []
    index(library, [folder], FakeEncoder(), on_event=events.append)
    assert events[0] == RootScanned(folder, is_online=True, n_to_embed=72, n_unchanged=0)
    stored = [event for event in events if isinstance(event, BatchStored)]
    assert [event.n_done for event in stored] == sorted({event.n_done for event in stored})
    assert (stored[-1].n_done, stored[-1].n_total) == (72, 72)


def test_vector_in_the_library_is_that_of_the_encoder(library: Library, folder: Path) -> None:
    from indexer.ingest.observe import read_sound

    run(library, folder)
    ids = np.array([library.find_sample_id(folder / "audio_0005.wav")])
    stored = library.vectors(FakeEncoder().info).get(ids)
    embedded = FakeEncoder().embed_audio([read_sound(folder / "audio_0005.wav").waveform])
    assert np.allclose(stored, embedded, atol=1e-3)  # kept as float16


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"readme.txt": b"x", "pack.zip": b"PK\3\4"},
        {"loop.rx2": b"x", "drum.m4a": b"x"},
        {"a.wav": b"no sound", "b.wav": b""},
    ],
)
def test_a_folder_without_a_readable_sound_is_an_empty_library_that_later_sounds_fill(
    library: Library, folder: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    barren = tmp_path / "barren"
    barren.mkdir()
    for name, content in files.items():
        (barren / name).write_bytes(content)
    assert run(library, barren).n_new == 0
    assert run(library).n_new == 0
    shutil.copy(folder / "audio_0001.wav", barren / "late.wav")
    assert run(library).n_new == 1
    (barren / "late.wav").unlink()
    (barren / "still here.txt").touch()
    assert run(library).n_removed == 1


def test_missing_folder_gets_a_sentence(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        run(library, tmp_path / "nowhere")


def test_second_writer_is_refused_while_the_first_writes(library: Library, folder: Path) -> None:
    with library.writer(), pytest.raises(LibraryBusyError, match="already writing"):
        run(library, folder)
