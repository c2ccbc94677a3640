import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.few_shot.filename_evidence import NameWords, read_name_words

N = 200
RIMS = range(0, N, 10)


def words_of(*names: str) -> NameWords:
    files = [(key, *_split(name)) for key, name in enumerate(names)]
    return read_name_words(files, {key: key for key in range(len(names))})


def _split(name: str) -> tuple[str, str]:
    folder, _, file = name.rpartition("/")
    return folder, file


def sounds_like_rims(confidence: float = 0.8) -> np.ndarray:
    confidences = np.full(N, 0.02, np.float32)
    confidences[list(RIMS)] = confidence
    return confidences


def test_a_word_that_its_sounds_bear_out_speaks_for_all_that_bear_it() -> None:
    names = [f"Acme/Rim {n}.wav" if n in RIMS else f"Acme/Tom {n}.wav" for n in range(N)]
    names[33] = "Acme/Rim dull.wav"  # does not sound like one
    evidence = words_of(*names).log_odds(sounds_like_rims(), [0, 10, 20], [1])
    assert evidence[33] > 1.5
    assert evidence[20] > 1.5
    assert evidence[34] < 0  # most examples have a telling word, and this one has none


def test_the_name_of_a_pack_says_little() -> None:
    names = [f"Acme_{'Rim' if n in RIMS else 'Tom'}_{n}.wav" for n in range(N)]
    evidence = words_of(*[name.replace("Rim", "").replace("Tom", "") for name in names]).log_odds(
        sounds_like_rims(), [0, 10, 20], []
    )
    assert np.abs(evidence).max() < 0.5


def test_names_by_one_hand_speak_less_against_others() -> None:
    def against(folders: list[str]) -> float:
        names = [f"{folders[n % 3]}/{'Rim' if n in RIMS else 'Tom'} {n}.wav" for n in range(N)]
        return float(words_of(*names).log_odds(sounds_like_rims(), [0, 10, 20], [])[33])

    assert against(["Acme", "Blue", "Cat"]) < against(["Acme", "Acme", "Acme"]) < 0


def test_a_folder_says_less_than_a_name() -> None:
    in_names = words_of(*[f"Rim {n}.wav" if n in RIMS else f"Tom {n}.wav" for n in range(N)])
    in_folders = words_of(*[f"Rim/{n}.wav" if n in RIMS else f"Tom/{n}.wav" for n in range(N)])
    of_name, of_folder = (words.log_odds(sounds_like_rims(), [0, 10, 20], [])[30] for words in (in_names, in_folders))
    assert of_name > of_folder > 0


def test_numbers_of_a_series_and_lone_letters_are_no_words() -> None:
    words = words_of("01.wav", "Kick 007.wav", "a 12.wav", "TR808 kick.wav", "96.wav")
    assert set(words.numbers) == {"kick", "tr", "808"}
    assert not words.log_odds(np.full(5, 0.5, np.float32), [0], [2])[[0, 2, 4]].any()


def test_a_sound_bears_the_words_of_all_its_copies() -> None:
    files = [(7, "a", "Rim.wav"), (7, "b/Wood", "Click 2.wav"), (9, "", "Tom.wav"), (8, "", "gone.wav")]
    words = read_name_words(files, {7: 0, 9: 1})
    by_number = {number: word for word, number in words.numbers.items()}
    assert {by_number[number] for number in words.in_name[0].tolist() if number} == {"rim", "click"}
    assert {by_number[number] for number in words.in_folder[0].tolist() if number} == {"wood"}


def test_the_name_of_the_tag_counts_where_no_example_bears_it() -> None:
    names = [f"{'dusty' if n % 10 == 5 else 'clean'} {n}.wav" for n in range(N)]
    names[0] = "x.wav"
    confidences = np.where(np.arange(N) % 10 == 5, 0.8, 0.02).astype(np.float32)
    words = words_of(*names)
    assert words.log_odds(confidences, [0], [], "dusty")[15] > 1.5
    assert words.log_odds(confidences, [0], [], "warm")[15] == 0


def test_without_an_example_here_no_name_speaks_against() -> None:
    words = words_of(*[f"Rim {n}.wav" for n in range(N)])
    assert not words.log_odds(sounds_like_rims(), [], []).any()


@given(
    names=st.lists(st.text(st.characters(exclude_characters="/\0"), max_size=20), min_size=1, max_size=12),
    n_yes=st.integers(0, 4),
    seed=st.integers(0, 5),
)
def test_any_names_give_finite_evidence(names: list[str], n_yes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = rng.permutation(len(names)).tolist()
    evidence = words_of(*names).log_odds(
        rng.uniform(0, 1, len(names)).astype(np.float32), places[:n_yes], places[n_yes : n_yes + 2], names[0]
    )
    assert evidence.shape == (len(names),)
    assert np.isfinite(evidence).all()
