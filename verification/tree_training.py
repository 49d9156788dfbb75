"""Trees learnt beside the multipliers: apart from verification.training, since LightGBM is not on every machine."""

from collections.abc import Sequence

from scipy.special import expit

from risk.learning.boosted import grow
from risk.learning.rows import Example, table_of, terms_of
from risk.policy import Policy
from verification.training import MODEL, Learnt, highest_prior, rounded, split


def learn_trees(examples: Sequence[Example], policy: Policy) -> Learnt:
    """Trees, and the prior that goes with them: what they say of somebody of whom nothing was found is put into it."""
    terms = terms_of(policy)
    earlier, later = split(examples)
    grown = grow(table_of(earlier, terms), table_of(later, terms), table_of(examples, terms), terms)
    prior = min(policy.prior + grown.nothing, highest_prior(policy))
    parts = {"prior": rounded(float(expit(prior))), MODEL: {"trees": list(grown.trees)}}
    return Learnt("learnt trees", parts, {"trees": len(grown.trees)})
