"""The tables of a library.

These models are the schema: new libraries are made from them, and a test compares them with what migrations make of
the oldest library. On PostgreSQL numbers are as wide as in SQLite and texts are ordered by their bytes;
`db.schema.sqlite.tables` and `db.schema.postgres.tables` have what else each of them needs. Statements
(`db.statements`) speak of their columns; rows are never mapped to these classes.
"""

from types import NoneType
from typing import Annotated, Any, get_args, get_type_hints

from sqlalchemy import REAL, ForeignKey, Identity, Index, Integer, MetaData, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import BIGINT, DOUBLE_PRECISION, TEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from db.measurements import FEATURES, MEASUREMENTS, Features
from db.schema.float16_vector import FLOAT16_VECTOR
from db.schema.root_path import ROOT_PATH

_BINARY_TEXT = TEXT(collation="C")
_SQL_TYPES: dict[Any, Any] = {
    int: Integer().with_variant(BIGINT(), "postgresql"),
    float: REAL().with_variant(DOUBLE_PRECISION(), "postgresql"),
    str: String().with_variant(_BINARY_TEXT, "postgresql"),
}

Id = Annotated[int, mapped_column(Identity(), primary_key=True)]
UnixSeconds = Annotated[int, mapped_column()]  # UTC
RootId = Annotated[int, mapped_column(ForeignKey("roots.id", ondelete="CASCADE"))]
SampleId = Annotated[int, mapped_column(ForeignKey("samples.id", ondelete="CASCADE"))]
SamplePartId = Annotated[int, mapped_column(ForeignKey("samples.id", ondelete="CASCADE"), primary_key=True)]

# SQLite gives the highest deleted id to the next row: a stale vector would point at another sound.
NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    type_annotation_map = _SQL_TYPES
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )


class Meta(Base):
    """Single values.

    ``library`` (a UUID), ``generation`` (counts write transactions), ``encoder`` (the active one), ``tagging`` (JSON:
    what the tags were made with).
    """

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Root(Base):
    """A folder that the user gave to the library; on a server ``path`` is its name, which `display` is too."""

    __tablename__ = "roots"
    __table_args__ = (UniqueConstraint("path"), NEVER_REUSE_IDS)

    id: Mapped[Id]
    path: Mapped[bytes] = mapped_column(ROOT_PATH)
    display: Mapped[str]


class Sample(Base):
    """One sound, whatever the number of its files; kept when its last file goes.

    ``audio_hash`` is its identity: of the decoded audio, or of the encoded audio of a lossy file, without tags.
    Its measurements are columns too, one for each field of `db.measurements.Features`.
    """

    __tablename__ = "samples"

    id: Mapped[Id]
    audio_hash: Mapped[bytes]
    size_bytes: Mapped[int] = mapped_column(index=True)  # of the file that was measured last
    created_at: Mapped[UnixSeconds] = mapped_column(index=True)
    n_files: Mapped[int] = mapped_column(server_default="0")  # kept by triggers

    caveats: Mapped[str] = mapped_column(server_default="")  # sentences, a line each

    bpm: Mapped[float | None] = mapped_column(index=True)  # the winning reading
    musical_key: Mapped[str | None] = mapped_column(index=True)  # the winning reading
    pitch_hz: Mapped[float | None] = mapped_column(index=True)  # the winning reading

    __table_args__ = (
        UniqueConstraint("audio_hash"),
        Index("ix_samples_absent", "id", sqlite_where=text("n_files = 0"), postgresql_where=text("n_files = 0")),
        NEVER_REUSE_IDS,
    )


def _feature_column(name: str) -> MappedColumn[Any]:
    """Return the column of a field of `Features`; what can be filtered is indexed."""
    hint = get_type_hints(Features)[name]
    python_type = next(kind for kind in get_args(hint) or (hint,) if kind is not NoneType)
    return mapped_column(_SQL_TYPES[python_type], nullable=NoneType in get_args(hint), index=name in MEASUREMENTS)


for _name in FEATURES:
    setattr(Sample, _name, _feature_column(_name))


class FileContent(Base):
    """The bytes of a file that was read, and the sound in them; known when the file is elsewhere or comes back."""

    __tablename__ = "file_contents"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (read by SQLAlchemy at class creation)

    file_hash: Mapped[bytes] = mapped_column(primary_key=True)
    size_bytes: Mapped[int] = mapped_column(index=True)
    sample_id: Mapped[SampleId]


class RootLink(Base):
    """A symbolic link by which the user gave a folder. ``relpath`` is b"" for a whole root."""

    __tablename__ = "root_links"

    path: Mapped[bytes] = mapped_column(primary_key=True)
    root_id: Mapped[RootId]
    relpath: Mapped[bytes]
    display: Mapped[str]


class File(Base):
    """One path under a root.

    ``relpath`` is the truth; ``folder`` and ``name`` are safe to print; names are searched without case and accents.
    ``original_name`` is the path from before earmark itself gave the file another one by what it guesses: only people's
    names tell what a sound is.
    """

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("root_id", "relpath"),
        Index("ix_files_ext", "ext", "sample_id"),
        Index("ix_files_folder", "root_id", "folder", "sample_id"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[Id]
    root_id: Mapped[RootId]
    relpath: Mapped[bytes]
    size_bytes: Mapped[int]
    mtime_ns: Mapped[int]
    ctime_ns: Mapped[int]
    file_hash: Mapped[bytes]
    sample_id: Mapped[SampleId] = mapped_column(index=True)
    first_seen_at: Mapped[UnixSeconds]
    folder: Mapped[str]
    name: Mapped[str]
    ext: Mapped[str]
    search_folder: Mapped[str]
    search_name: Mapped[str]
    original_name: Mapped[str | None]


class FileProvenance(Base):
    """What a file, its name or its pack says of its origin; files of which nothing is known have no row."""

    __tablename__ = "provenances"
    __table_args__ = (Index("ix_provenances_license", "license", "file_id"),)

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    author: Mapped[str | None]
    license: Mapped[str | None]
    url: Mapped[str | None]


class Problem(Base):
    """One path that cannot be read, and why; ``sample_id`` is the sound that was read there before."""

    __tablename__ = "problems"

    root_id: Mapped[int] = mapped_column(ForeignKey("roots.id", ondelete="CASCADE"), primary_key=True)
    relpath: Mapped[bytes] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    mtime_ns: Mapped[int]
    ctime_ns: Mapped[int]
    code: Mapped[str]
    message: Mapped[str]
    seen_at: Mapped[UnixSeconds]
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("samples.id", ondelete="SET NULL"))


class Encoder(Base):
    """A model; only vectors of the same one can be compared."""

    __tablename__ = "encoders"
    __table_args__ = (UniqueConstraint("fingerprint"), NEVER_REUSE_IDS)

    id: Mapped[Id]
    fingerprint: Mapped[str]
    name: Mapped[str]
    revision: Mapped[str]
    dim: Mapped[int]


class Embedding(Base):
    """One vector, as little-endian float16. Rows are only ever added, so an index can be extended by id."""

    __tablename__ = "embeddings"
    __table_args__ = (UniqueConstraint("sample_id", "encoder_id"), NEVER_REUSE_IDS)

    id: Mapped[Id]
    sample_id: Mapped[SampleId]
    encoder_id: Mapped[int] = mapped_column(ForeignKey("encoders.id", ondelete="CASCADE"), index=True)
    vector: Mapped[bytes] = mapped_column(FLOAT16_VECTOR)


class Tag(Base):
    """One word of a facet; ``parent`` is the wider word, as "drums" is of "kick"."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("facet", "name"), NEVER_REUSE_IDS)

    id: Mapped[Id]
    facet: Mapped[str]
    name: Mapped[str]
    parent: Mapped[str | None]


class SampleTag(Base):
    """What one source says of one tag on one sample; ``is_effective`` where that is what counts."""

    __tablename__ = "sample_tags"
    __table_args__ = (
        Index(
            "ix_sample_tags_effective",
            "tag_id",
            "sample_id",
            "is_effective",
            sqlite_where=text("is_effective"),
            postgresql_where=text("is_effective"),
        ),
    )

    sample_id: Mapped[SamplePartId]
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[int] = mapped_column(primary_key=True)
    confidence: Mapped[float]
    is_effective: Mapped[bool] = mapped_column(server_default="0")


class FewShotTag(Base):
    """A tag that is learned from the user's examples; ``imported`` is JSON with examples from other libraries."""

    __tablename__ = "few_shot_tags"

    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    imported: Mapped[str]


class TagEdit(Base):
    """One edit of tags that can be undone; ``changes`` is what it changed (see `db.write.tag_edits`)."""

    __tablename__ = "tag_edits"
    __table_args__ = (NEVER_REUSE_IDS,)

    id: Mapped[Id]
    summary: Mapped[str]
    changes: Mapped[bytes]


class TaggingQueue(Base):
    """The samples that wait to be tagged: `db.write.tagging_queue`."""

    __tablename__ = "tagging_queue"
    __table_args__ = (UniqueConstraint("sample_id"), NEVER_REUSE_IDS)

    id: Mapped[Id]
    sample_id: Mapped[SampleId]
    has_new_name: Mapped[bool]


class Reading(Base):
    """A tempo, a key or a pitch of one sample from one source; of several files that state one, the first counts."""

    __tablename__ = "readings"

    sample_id: Mapped[SamplePartId]
    name: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[float | None]
    text: Mapped[str | None]
    confidence: Mapped[float]
    file_id: Mapped[int | None]  # which file states it


class Annotation(Base):
    """What the user thinks of one sound; lists leave out what is hidden."""

    __tablename__ = "annotations"
    __table_args__ = (
        Index("ix_annotations_hidden", "sample_id", sqlite_where=text("is_hidden"), postgresql_where=text("is_hidden")),
    )

    sample_id: Mapped[SamplePartId]
    stars: Mapped[int] = mapped_column(index=True)
    note: Mapped[str]
    is_hidden: Mapped[bool] = mapped_column(server_default="0")


class SampleUse(Base):
    """When the user last took a sound elsewhere: exported, dragged or copied it."""

    __tablename__ = "sample_uses"

    sample_id: Mapped[SamplePartId]
    used_at: Mapped[UnixSeconds] = mapped_column(index=True)


class SampleHearing(Base):
    """When the user last listened to a sound here."""

    __tablename__ = "sample_hearings"

    sample_id: Mapped[SamplePartId]
    heard_at: Mapped[UnixSeconds]


class Collection(Base):
    """A named list of sounds."""

    __tablename__ = "collections"
    __table_args__ = (UniqueConstraint("name"), NEVER_REUSE_IDS)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(collation="NOCASE").with_variant(_BINARY_TEXT, "postgresql"))
    created_at: Mapped[UnixSeconds]


Index("ix_collections_name", func.lower(Collection.name), unique=True).ddl_if(dialect="postgresql")


class EditedSample(Base):
    """A new sound where the sound ``before_id`` was: `db.write.edited_files`; a row waits for the end of its run."""

    __tablename__ = "edited_samples"

    sample_id: Mapped[SamplePartId]
    before_id: Mapped[SampleId]


class CollectionSample(Base):
    """One sound's place in a collection."""

    __tablename__ = "collection_samples"

    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    sample_id: Mapped[SamplePartId]
    position: Mapped[int]
    slot: Mapped[str | None]  # what the sound is in a kit, such as "kick"; none in a collection that is no kit


class KeptApart(Base):
    """Two sounds that the user said are no duplicates, by their audio; twice the same hash: all copies are kept."""

    __tablename__ = "kept_apart"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (read by SQLAlchemy at class creation)

    first_hash: Mapped[bytes] = mapped_column(primary_key=True)  # not the greater one
    second_hash: Mapped[bytes] = mapped_column(primary_key=True)


class ChosenKeeper(Base):
    """A sound that the user keeps of its duplicates, by its audio, and which file of it."""

    __tablename__ = "chosen_keepers"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (read by SQLAlchemy at class creation)

    audio_hash: Mapped[bytes] = mapped_column(primary_key=True)
    relpath: Mapped[bytes]


class MapPoint(Base):
    """Where a sound lies on the map of one encoder."""

    __tablename__ = "map_points"

    encoder_id: Mapped[int] = mapped_column(ForeignKey("encoders.id", ondelete="CASCADE"), primary_key=True)
    sample_id: Mapped[SamplePartId]
    x: Mapped[float]
    y: Mapped[float]
