"""Every recipe for the sounds of a drum kit, acoustic or electronic."""

from training.recipes.drums_cymbal import CYMBALS
from training.recipes.drums_hihat import HIHATS
from training.recipes.drums_kick import KICKS
from training.recipes.drums_snare import SNARES
from training.recipes.drums_strike import CLAPS, RIMS, SNAPS
from training.recipes.drums_tom import TOMS
from training.sound import Recipe

RECIPES: tuple[Recipe, ...] = (*KICKS, *SNARES, *RIMS, *CLAPS, *SNAPS, *HIHATS, *CYMBALS, *TOMS)
