"""Every recipe for percussion outside the drum kit."""

from training.recipes.percussion_electronic import ELECTRONIC_HITS
from training.recipes.percussion_hand import HAND_DRUMS
from training.recipes.percussion_metal import METALS
from training.recipes.percussion_shaken import SHAKEN
from training.recipes.percussion_skin import SKINS
from training.recipes.percussion_wood import WOOD
from training.sound import Recipe

RECIPES: tuple[Recipe, ...] = (*SHAKEN, *METALS, *WOOD, *HAND_DRUMS, *SKINS, *ELECTRONIC_HITS)
