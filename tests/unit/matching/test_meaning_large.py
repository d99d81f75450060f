import numpy as np

from matching.meaning.large.shortlist import shortlist


def test_shortlist_holds_the_best_of_every_row_and_column():
    chance = np.random.default_rng(3)
    one, other = (chance.normal(size=(count, 8)).astype(np.float32) for count in (2_500, 40))

    pairs = {tuple(pair) for pair in shortlist(one, other, 3).tolist()}

    table = one @ other.T
    assert all((i, int(table[i].argmax())) in pairs for i in range(len(one)))
    assert all((int(table[:, j].argmax()), j) in pairs for j in range(len(other)))
