"""Group sounds around the one that is kept.

A group is a star: each member was compared with the centre and proven to be the same. A chain of proven pairs is not
enough, since small differences add up along it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

Pair: TypeAlias = tuple[int, int]  # two sample ids, the lower first
Key = TypeVar("Key")


def as_pair(one: int, other: int) -> Pair:
    """Return two sample ids, the lower first."""
    return (one, other) if one < other else (other, one)


def components(pairs: Iterable[Pair]) -> list[list[int]]:
    """Return the connected components of a graph, each ascending, ordered by their first members."""
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        neighbours[one].add(other)
        neighbours[other].add(one)
    found, seen = [], set[int]()
    for start in sorted(neighbours):
        if start in seen:
            continue
        reached, waiting = {start}, [start]
        while waiting:
            new = neighbours[waiting.pop()] - reached
            reached |= new
            waiting += new
        seen |= reached
        found.append(sorted(reached))
    return found


def stars(
    members: Sequence[int], is_same: Mapping[Pair, bool], may_join: Callable[[int, Sequence[int]], bool]
) -> tuple[list[list[int]], list[Pair]]:
    """Divide connected sounds into stars around the best of them.

    Args:
        members: Sample ids, the one to keep first.
        is_same: Result for each pair that was compared.
        may_join: Whether a sample may join a group with these members.

    Returns:
        Groups of at least two, the centre first, and the pairs that must be compared before the groups are final.
    """
    groups, unknown = [], []
    rest = list(members)
    while len(rest) > 1:
        centre, *others = rest
        group, rest = [centre], []
        for other in others:
            pair = as_pair(centre, other)
            if pair not in is_same:
                unknown.append(pair)
            if is_same.get(pair, False) and may_join(other, group):
                group.append(other)
            else:
                rest.append(other)
        if len(group) > 1:
            groups.append(group)
    return groups, unknown
