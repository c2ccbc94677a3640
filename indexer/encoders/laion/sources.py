"""Where LAION's checkpoints and their tokenizer come from, and what each file is."""

from dataclasses import dataclass

_HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Source:
    """One file on the model hub.

    Attributes:
        repository: Owner and name there.
        revision: Commit or branch.
        file_name: As it is called there and here.
        n_bytes: Its size; None where it was never published.
        sha256: Its hash; None where it was never published. It is then recorded at the first use.
    """

    repository: str
    revision: str
    file_name: str
    n_bytes: int | None = None
    sha256: str | None = None

    @property
    def url(self) -> str:
        return f"{_HUB}/{self.repository}/resolve/{self.revision}/{self.file_name}"


@dataclass(frozen=True, slots=True)
class Release:
    """One of the checkpoints that LAION published, under our name for it."""

    name: str
    description: str
    checkpoint: Source


def _checkpoint(file_name: str, n_bytes: int | None = None, sha256: str | None = None) -> Source:
    return Source("lukewys/laion_clap", "main", file_name, n_bytes, sha256)


RELEASES = (
    Release(
        "laion-music",
        "LAION-CLAP for music (HTSAT-base): any words; a 2.4 GB download, slow without a GPU",
        _checkpoint(
            "music_audioset_epoch_15_esc_90.14.pt",
            2_352_471_003,
            "fae3e9c087f2909c28a09dc31c8dfcdacbc42ba44c70e972b58c1bd1caf6dedd",
        ),
    ),
    Release(
        "laion-630k",
        "LAION-CLAP for all kinds of sound (HTSAT-tiny): any words; a 1.9 GB download",
        _checkpoint("630k-audioset-best.pt"),
    ),
)

# a fixed revision, so that the files can never change under their hashes
_ROBERTA = ("FacebookAI/roberta-base", "e2da8e2f811d1448a5b465c236feacd80ffbac7b")
VOCABULARY = Source(
    *_ROBERTA,
    "vocab.json",
    898_823,
    "9e7f63c2d15d666b52e21d250d2e513b87c9b713cfa6987a82ed89e5e6e50655",
)
MERGES = Source(
    *_ROBERTA,
    "merges.txt",
    456_318,
    "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
)
TOKENIZER_FILES = (VOCABULARY, MERGES)
