"""Where LAION's checkpoints and their tokenizer come from, and what each file is."""

from dataclasses import dataclass

_HUB = "https://huggingface.co"
_CHECKPOINTS = f"{_HUB}/lukewys/laion_clap/resolve/main"
# a fixed revision, so that the files can never change under their hashes
_TOKENIZER = f"{_HUB}/FacebookAI/roberta-base/resolve/e2da8e2f811d1448a5b465c236feacd80ffbac7b"


@dataclass(frozen=True, slots=True)
class Source:
    """One file on the model hub.

    Attributes:
        file_name: As it is called there and here.
        url: Its address.
        n_bytes: Its size; None where it was never published.
        sha256: Its hash; None where it was never published. It is then recorded at the first use.
    """

    file_name: str
    url: str
    n_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class LaionModel:
    """One of LAION's models, as ``earmark model list`` shows it."""

    name: str
    description: str
    checkpoint: Source


def _checkpoint(file_name: str, n_bytes: int | None = None, sha256: str | None = None) -> Source:
    return Source(file_name, f"{_CHECKPOINTS}/{file_name}", n_bytes, sha256)


LAION_MODELS = (
    LaionModel(
        "laion-music",
        "LAION-CLAP for music (HTSAT-base): any words; a 2.4 GB download, slow without a GPU",
        _checkpoint(
            "music_audioset_epoch_15_esc_90.14.pt",
            2_352_471_003,
            "fae3e9c087f2909c28a09dc31c8dfcdacbc42ba44c70e972b58c1bd1caf6dedd",
        ),
    ),
    LaionModel(
        "laion-630k",
        "LAION-CLAP for all kinds of sound (HTSAT-tiny): any words; a 1.9 GB download",
        _checkpoint("630k-audioset-best.pt"),
    ),
)

VOCABULARY = Source(
    "vocab.json",
    f"{_TOKENIZER}/vocab.json",
    898_823,
    "9e7f63c2d15d666b52e21d250d2e513b87c9b713cfa6987a82ed89e5e6e50655",
)
MERGES = Source(
    "merges.txt",
    f"{_TOKENIZER}/merges.txt",
    456_318,
    "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
)
TOKENIZER_FILES = (VOCABULARY, MERGES)
