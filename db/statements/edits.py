"""Single values, places on the map, and what the user said of duplicates."""

from sqlalchemy import BigInteger, BindParameter, String, bindparam, cast, delete, or_, update

from db.schema.tables import ChosenKeeper, KeptApart, MapPoint, Meta
from db.statements.constructs import insert_new, upsert

SET_VALUE = upsert(Meta, ["name"], ["value"])
COUNT_CHANGE = (
    update(Meta)
    .values(value=cast(cast(Meta.value, BigInteger) + 1, String))
    .where(Meta.name == "generation")
    .returning(Meta.value)
)
SET_MAP_POINT = upsert(MapPoint, ["encoder_id", "sample_id"], ["x", "y"])

_sound: BindParameter[bytes] = bindparam("audio_hash")
KEEP_APART = insert_new(KeptApart, ["first_hash", "second_hash"])
CHOOSE_KEEPER = upsert(ChosenKeeper, ["audio_hash"], ["relpath"])
FORGET_APART = delete(KeptApart).where(or_(KeptApart.first_hash == _sound, KeptApart.second_hash == _sound))
FORGET_KEEPER = delete(ChosenKeeper).where(ChosenKeeper.audio_hash == _sound)
