"""Which types of partnership fit one another: which way does the money flow?

Supplier, outsourcing and technical assistance are sold: whoever needs them pays, whoever offers them is paid. A need
for a commercial agreement is the reverse: it seeks someone who buys or sells on. It is met best by an organisation
that offers just that (orders, a sales network), less by what the other is able to do, and by what the other needs.
Research, infrastructure and investment are done together: like meets like.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
