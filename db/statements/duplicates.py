"""What an audit of duplicates needs of a library."""

from sqlalchemy import select

from db.schema.tables import ChosenKeeper, File, KeptApart, Sample
from db.statements.constructs import given_ids

_given = given_ids("ids")

PLACES = (
    select(
        File.id,
        File.sample_id,
        Sample.audio_hash,
        File.file_hash,
        File.root_id,
        File.relpath,
        File.size_bytes,
        File.mtime_ns,
        File.ctime_ns,
        File.first_seen_at,
    )
    .select_from(_given)
    .join(File, File.sample_id == _given.c.value)
    .join(Sample, Sample.id == File.sample_id)
    .order_by(File.id)
)
KEPT_APART = select(KeptApart.first_hash, KeptApart.second_hash)
CHOSEN_KEEPERS = select(ChosenKeeper.audio_hash, ChosenKeeper.relpath)
