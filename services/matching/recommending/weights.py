"""Weights, partnership types, calibration.

Which types of partnership fit one another: which way does the money flow?

Supplier, outsourcing and technical assistance are sold: whoever needs them pays, whoever offers them is paid. A need
for a commercial agreement is the reverse: it seeks someone who buys or sells on. It is met best by an organisation
that offers just that (orders, a sales network), less by what the other is able to do, and by what the other needs.
Research, infrastructure and investment are done together: like meets like.

The weights of a score and its last step: from evidence to a number that people can read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp

SUPPLIER = "supplier_agreement"
COMMERCIAL = "commercial_agreement"
OUTSOURCING = "outsourcing_agreement"
ASSISTANCE = "technical_assistance"
RESEARCH = "rnd_cooperation"
INFRASTRUCTURE = "infrastructure_cooperation"
INVESTMENT = "investment_agreement"

OFFERS_BY_NEED: Mapping[str, Mapping[str, float]] = {
    SUPPLIER: {SUPPLIER: 1, OUTSOURCING: 0.6, ASSISTANCE: 0.6},
    OUTSOURCING: {OUTSOURCING: 1, SUPPLIER: 0.6, ASSISTANCE: 0.6},
    ASSISTANCE: {ASSISTANCE: 1, SUPPLIER: 0.6, OUTSOURCING: 0.6, RESEARCH: 0.5, INFRASTRUCTURE: 0.5},
    COMMERCIAL: {COMMERCIAL: 1, SUPPLIER: 0.5, OUTSOURCING: 0.5, ASSISTANCE: 0.5},
    RESEARCH: {RESEARCH: 1, ASSISTANCE: 0.5, INFRASTRUCTURE: 0.5},
    INFRASTRUCTURE: {INFRASTRUCTURE: 1, RESEARCH: 0.5, ASSISTANCE: 0.5, INVESTMENT: 0.5},
    INVESTMENT: {INVESTMENT: 1, INFRASTRUCTURE: 0.5},
}


@dataclass(frozen=True, kw_only=True)
class Partnerships:
    """How types fit, from 0 (the money flows past one another) to 1; a type that no table names fits itself."""

    offers_by_need: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: OFFERS_BY_NEED)
    sold: frozenset[str] = frozenset({SUPPLIER, OUTSOURCING, ASSISTANCE})
    sought: frozenset[str] = frozenset({COMMERCIAL})
    shared: frozenset[str] = frozenset({RESEARCH, INFRASTRUCTURE, INVESTMENT})

    def fit(self, need: str, offer: str) -> float:
        """How well an offer of one type answers a need of another, from 0 to 1."""
        return self.offers_by_need.get(need, {need: 1.0}).get(offer, 0.0)

    def answer_each_other(self, need: str, other: str) -> bool:
        """Tell whether two needs can be met together: one sells what the other buys, or both seek the same thing."""
        if {need, other} & self.sought:
            return bool({need, other} & self.sold)
        return need == other and need in self.shared


@dataclass(frozen=True, kw_only=True)
class TextWeights:
    """How what two texts mean is compared; with 0 an ingredient is left out."""

    sentences: float = 1.0
    """Weight of sentence embeddings."""
    clauses: float = 0.6
    """Share of the best clauses in it, from 0 to 1; the rest is that of the whole texts."""
    words: float = 0.94
    """Weight of the words of each text with the most alike words of the other."""
    back: float = 0.4
    """Weight of the document's words that the query meets, beside 1 for the query's that the document meets."""
    first: float = 2.0
    """How much more the first word of a text counts than the others: it names the thing, they describe it."""
    neighbours: float = 1.0
    """Likeness of two words whose embeddings are equal, from 0 to 1."""
    spelling: float = 1.0
    """Likeness of two words with the same character n-grams, from 0 to 1."""
    translation: float = 0.8
    """Likeness of two words that the lexicon gives as translations of one another, from 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How pairs are scored; one configuration serves every mission of a kind.

    Evidence is measured in units of a usual best match, so it means the same in every mission.
    """

    words: float = 0.3
    """Weight of equal words (BM25 on base forms), beside letters and meaning; only their proportions count."""
    letters: float = 0.15
    """Weight of alike words (cosine of character n-grams)."""
    meaning: float = 0.55
    """Weight of what the texts mean; a scorer that does not read it shares it among the other two."""
    texts: TextWeights = field(default_factory=TextWeights)
    """How meaning is read off two texts."""
    partnership: float = 0.75
    """Share of the evidence that an item pair keeps only if its partnership types fit, from 0 to 1."""
    best: float = 0.7
    """Share of an organisation's best-met need; the rest is the mean over its needs."""
    mission: float = 0.25
    """Share of the evidence as it stands; the rest is taken above the mean of the guest's and of the host's row."""
    both_need: float = 0.25
    """Weight of two needs that answer each other, added to the mean of the two directions."""
    activity: float = 0.1
    """Weight of close activity codes, where two profiles have no common language."""
    activity_titles: float = 0.0
    """How much more an offer counts whose owner's activity codes are called what is needed; 0 leaves it out."""
    rival_likeness: float = 0.2
    """Cosine of n-grams from which two makers of the same activity class are rivals."""
    steepness: float = 10.6
    """Logistic units per unit of evidence."""
    centre: float = 0.425
    """Evidence at which a good fit is as likely as not."""
    cut_off: float = 0.3
    """Least score that is shown, from 0 to 1."""
    large: int = 90_000
    """Pairs of guests and hosts above which a mission is large: candidates are chosen first, and they alone scored."""
    unclear_cut_off: float = 0.5
    """Least score of a pair whose reasons have no word in common that anyone sees, from 0 to 1."""
    partnerships: Partnerships = field(default_factory=Partnerships)

    @property
    def words_share(self) -> float:
        """Share of words in what is compared word by word; the rest is that of letters."""
        return self.words / ((self.words + self.letters) or 1)

    @property
    def meaning_share(self) -> float:
        """Share of what the texts mean; the rest is that of words and letters."""
        return self.meaning / ((self.words + self.letters + self.meaning) or 1)


def calibrate(evidence: float, weights: Weights) -> float:
    """Turn evidence into a score: the likelihood of a good fit, dimensionless, from 0 to 1.

    Evidence of minus infinity marks a forbidden pair and gives 0.
    Centre, steepness and cut-off are those that `caravan match fit` chooses on the development missions.
    """
    logit = weights.steepness * (evidence - weights.centre)
    return 1 / (1 + exp(-logit)) if logit > 0 else exp(logit) / (1 + exp(logit))
