"""Lines are appended and read back, whatever a kill or a full disk left of those before."""

from pathlib import Path

import pytest

from indexer.files.json_lines import append_line, parse_line, read_lines


def test_a_line_after_one_that_was_cut_off_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    append_line(file, {"n": 1}, is_synced=True)
    with file.open("ab") as stream:
        stream.write(b'{"n": ')
    append_line(file, {"n": 3})
    assert file.read_bytes() == b'{"n": 1}\n{"n": \n{"n": 3}\n'
    assert list(read_lines(file)) == [{"n": 1}, {"n": 3}]


@pytest.mark.parametrize("line", [b"", b"[]", b"1", b'{"n"', b"\xff", b"[" * 100_000])
def test_what_is_no_line_is_none(line: bytes) -> None:
    assert parse_line(line) is None
