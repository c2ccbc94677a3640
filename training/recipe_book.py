"""Every recipe of ``training.recipes``, by what it makes."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np

import training.recipes
from training.sound import Recipe, Sound

# Drums are what libraries hold most of and what is hardest to tell apart.
FAMILY_WEIGHT: Mapping[str, float] = {"drums": 2.5, "percussion": 1.5, "loop": 0.8, "bass": 1.5}
_PROBES = 6


class RecipeBook:
    """Every recipe of every module in ``training.recipes`` that has ``RECIPES``, by the kinds that it makes."""

    def __init__(self) -> None:
        self._recipes: dict[str, list[Recipe]] = defaultdict(list)
        family_of = {}
        for recipe in _discover():
            made = {sound.kind: sound.family for sound in map(recipe, map(np.random.default_rng, range(_PROBES)))}
            family_of.update(made)
            for kind in made:
                self._recipes[kind].append(recipe)
        self._kinds = sorted(self._recipes)
        weights = np.array(
            [FAMILY_WEIGHT.get(family_of[kind], 1.0) * len(self._recipes[kind]) ** 0.5 for kind in self._kinds]
        )
        self._weights = weights / weights.sum()

    def draw(self, rng: np.random.Generator) -> Sound:
        """Draw a kind, then one of its recipes, then a sound: a kind counts by the root of how many recipes it has."""
        return self.draw_kind(self._kinds[int(rng.choice(len(self._kinds), p=self._weights))], rng)

    def draw_kind(self, kind: str, rng: np.random.Generator) -> Sound:
        """Draw one of the recipes that make a kind, then a sound; some recipes make other kinds as well."""
        recipes = self._recipes[kind]
        return recipes[int(rng.integers(len(recipes)))](rng)


@cache
def recipe_book() -> RecipeBook:
    """Read the recipes once per process: probing them takes seconds."""
    return RecipeBook()


def _discover() -> Iterator[Recipe]:
    for module in pkgutil.iter_modules(training.recipes.__path__):
        yield from getattr(importlib.import_module(f"training.recipes.{module.name}"), "RECIPES", ())
