"""Groups around a centre."""

from indexer.duplicates.clusters import components, stars


def any_may(_one: int, _group: object) -> bool:
    return True


def test_what_is_connected_is_found() -> None:
    assert components([(5, 6), (1, 2), (2, 3)]) == [[1, 2, 3], [5, 6]]


def test_a_chain_is_no_group() -> None:
    is_same = {(1, 2): True, (2, 3): True, (1, 3): False}
    assert stars([1, 2, 3], is_same, any_may) == ([[1, 2]], [])
    assert stars([2, 1, 3], is_same, any_may) == ([[2, 1, 3]], [])


def test_what_was_not_compared_is_asked_for() -> None:
    assert stars([3, 1, 2], {(1, 2): True, (2, 3): True}, any_may) == ([[3, 2]], [(1, 3)])


def test_what_may_not_join_makes_a_group_of_its_own() -> None:
    is_same = {(1, 2): True, (1, 3): True, (2, 3): True, (1, 4): True, (2, 4): True, (3, 4): True}
    assert stars([1, 2, 3, 4], is_same, lambda one, group: {one, *group} != {1, 2}) == ([[1, 3, 4]], [])
