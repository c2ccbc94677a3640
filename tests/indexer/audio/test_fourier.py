import subprocess
import sys
from importlib.machinery import PathFinder

import numpy as np
import pytest
import scipy.fft

from indexer.audio import fourier


def test_spectra_are_those_of_scipy_bit_for_bit() -> None:
    rows = np.random.default_rng(0).normal(0, 0.1, (5, 1024)).astype(np.float32)
    for given in (rows, rows[::2], rows[:, :512], rows[:, 1:]):
        np.testing.assert_array_equal(fourier.rfft(given), scipy.fft.rfft(given))
        assert fourier.rfft(given).dtype == np.complex64


def test_another_layout_of_scipy_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).normal(0, 0.1, (3, 64)).astype(np.float32)
    monkeypatch.setattr(PathFinder, "find_spec", lambda *_: None)
    assert fourier.load_module() is None
    transform = fourier._transform.__wrapped__()
    np.testing.assert_array_equal(transform(rows), scipy.fft.rfft(rows))


def test_scipy_is_not_imported() -> None:
    program = (
        "import sys, numpy as np; from indexer.audio.fourier import rfft; "
        "rfft(np.ones((2, 64), np.float32)); print(sorted(name for name in sys.modules if name == 'scipy'))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
