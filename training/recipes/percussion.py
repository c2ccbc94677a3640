"""Every recipe for percussion outside the drum kit."""

from training.recipes.percussion_electronic import ELECTRONIC_HITS
from training.recipes.percussion_shaken import SHAKEN
from training.recipes.percussion_skin import SKINS
from training.recipes.percussion_struck import STRUCK
from training.sound import Recipe

RECIPES: tuple[Recipe, ...] = (*SHAKEN, *STRUCK, *SKINS, *ELECTRONIC_HITS)
