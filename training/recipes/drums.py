"""Every recipe for the sounds of a drum kit, acoustic or electronic."""

from training.recipes import drums_hihat, drums_kick, drums_snare, drums_tom
from training.recipes.drums_cymbal import CYMBALS, ride
from training.recipes.drums_hihat import HIHATS
from training.recipes.drums_kick import KICKS
from training.recipes.drums_snare import SNARES
from training.recipes.drums_strike import CLAPS, RIMS, SNAPS, side_stick
from training.recipes.drums_tom import TOMS
from training.recipes.variants import sampled, within_kit
from training.sound import Recipe

_HATS = (drums_hihat.closed_acoustic, drums_hihat.open_acoustic)
BREAKS: tuple[Recipe, ...] = (
    within_kit(drums_kick.acoustic, _HATS),
    sampled(within_kit(drums_kick.acoustic, (ride, drums_snare.acoustic))),
    within_kit(drums_snare.acoustic, _HATS),
    sampled(within_kit(drums_snare.acoustic, (ride, drums_kick.acoustic))),
    within_kit(drums_hihat.closed_acoustic, (drums_snare.acoustic,)),
    within_kit(drums_tom.acoustic, (drums_snare.acoustic, ride)),
    within_kit(side_stick, _HATS),
)

RECIPES: tuple[Recipe, ...] = (*KICKS, *SNARES, *RIMS, *CLAPS, *SNAPS, *HIHATS, *CYMBALS, *TOMS, *BREAKS)
