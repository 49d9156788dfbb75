"""The measured part of bench/rings.py that is Splink's (https://moj-analytical-services.github.io/splink/), on DuckDB.

The same traces as columns; comparisons of one aspect each, with the frequency of each value; blocking rules as a
careful user writes them, so that a value which more than CROWD show brings up no pairs; u by random sampling, m by EM
on two blockings, the prior by rules that admit few false matches; clusters of the pairs above a probability.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_level_library as levels
from splink import comparison_library as comparisons
from splink.internals.blocking_rule_creator import BlockingRuleCreator

from bench._rings_child import Say, measured
from bench._rings_towns import Records
from risk.rings.columns import Ints, numbered
from risk.rings.judging import LEAST_MEMBERS
from risk.rings.links import Link

CROWD = 100  # accounts that show a value: more bring up no pairs by it
LIKELY, SURE = 0.9, 0.99  # the probability of pairs that are kept, and of those that make clusters
DETERMINISTIC_RECALL = 0.3  # of an operator's pairs, a guess as the manual asks for
SAMPLED = 1e7  # pairs
EM_PAIRS = 5e6
# Each aspect from the most telling to the least.
COMPARED: dict[str, tuple[Link, ...]] = {
    "network": (Link.ADDRESS, Link.NETWORK),
    "device": (Link.DEVICE, Link.PRINT, Link.CANVAS, Link.HARDWARE),
    "domain": (Link.MAILBOX, Link.SHAPE, Link.DOMAIN),
    "naming": (Link.TEMPLATE,),
    "phone": (Link.PHONE, Link.PHONE_100, Link.PHONE_1000),
    "card": (Link.CARD, Link.BIN),
}
BLOCKED = (
    (Link.ADDRESS,),
    (Link.DEVICE,),
    (Link.CARD,),
    (Link.MAILBOX,),
    (Link.PHONE,),
    (Link.PHONE_100,),
    (Link.PHONE_1000, Link.TEMPLATE),
    (Link.SHAPE,),
    (Link.DOMAIN, Link.TEMPLATE),
    (Link.NETWORK, Link.TEMPLATE),
    (Link.PRINT,),
    (Link.CANVAS, Link.TEMPLATE),
    (Link.BIN, Link.TEMPLATE, Link.HARDWARE),
)
CERTAIN = ((Link.DEVICE,), (Link.CARD,), (Link.MAILBOX,), (Link.PHONE,))
# By the columns themselves, so that EM knows which comparison it must leave out.
TAUGHT_BY = (Link.ADDRESS, Link.PHONE_100)
USED = tuple(sorted({link for links in (*COMPARED.values(), *BLOCKED) for link in links}))


def table_of(links: Ints) -> pa.Table:
    """A column for each link, and for each blocking one in which what a crowd shows is left out; null for nothing."""
    columns = {"unique_id": pa.array(np.arange(len(links), dtype=np.int64))}
    for link in USED:
        values = links[:, link]
        columns[name(link)] = pa.array(values, mask=values == 0)
    for rule in BLOCKED:
        columns[blocking(rule)] = _block(links, rule)
    return pa.table(columns)


def _block(links: Ints, rule: tuple[Link, ...]) -> pa.Array:
    key = np.zeros(len(links), dtype=np.int64)
    shown = np.ones(len(links), dtype=bool)
    for link in rule:
        code, values = numbered(links[:, link])
        key, shown = numbered(key * (len(values) + 1) + code + 2)[0], shown & (code >= 0)
    count = np.bincount(key[shown], minlength=int(key.max()) + 1)[key]
    return pa.array(key, mask=~shown | (count > CROWD) | (count < 2))


def name(link: Link) -> str:
    """The column of a link."""
    return link.name.lower()


def blocking(rule: tuple[Link, ...]) -> str:
    """The column of a blocking rule."""
    return "by_" + "_".join(map(name, rule))


def settings() -> SettingsCreator:
    """What is compared, and which pairs."""
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(aspect, links) for aspect, links in COMPARED.items()],
        blocking_rules_to_generate_predictions=[block_on(blocking(rule)) for rule in BLOCKED],
        retain_matching_columns=False,
    )


def _comparison(aspect: str, links: tuple[Link, ...]) -> comparisons.CustomComparison:
    exact = [levels.ExactMatchLevel(name(link), term_frequency_adjustments=True) for link in links]
    missing = levels.NullLevel(name(links[-1]))
    return comparisons.CustomComparison([missing, *exact, levels.ElseLevel()], output_column_name=aspect)


def groups_of(records: Records, say: Say) -> Ints:
    """The cluster of each account that is one of at least LEAST_MEMBERS."""
    started = time.perf_counter()
    with TemporaryDirectory() as folder:
        spilled = str(Path(folder) / "spilled")
        with duckdb.connect(config={"threads": 2, "memory_limit": "4GB", "temp_directory": spilled}) as database:
            api = DuckDBAPI(database)
            linker = Linker(api.register(table_of(records.links)), settings())
            say("table", time.perf_counter() - started)
            certain: list[str | BlockingRuleCreator] = [block_on(blocking(rule)) for rule in CERTAIN]
            linker.training.estimate_probability_two_random_records_match(certain, recall=DETERMINISTIC_RECALL)
            linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=1)
            for link in TAUGHT_BY:
                linker.training.estimate_parameters_using_expectation_maximisation(
                    block_on(name(link)), estimate_without_term_frequencies=True, max_pairs=EM_PAIRS
                )
            say("trained", time.perf_counter() - started)
            pairs = linker.inference.predict(threshold_match_probability=LIKELY)
            say("predicted", time.perf_counter() - started)
            say("pairs", pairs.as_duckdbpyrelation().count("*").fetchall()[0][0])
            clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
                pairs, threshold_match_probability=SURE
            )
            rows = clusters.as_duckdbpyrelation().fetchnumpy()
    group = np.zeros(len(records.at), dtype=np.int64)
    group[rows["unique_id"]] = rows["cluster_id"]
    return np.where(np.bincount(group)[group] >= LEAST_MEMBERS, group, -1)


if __name__ == "__main__":
    measured(groups_of)
