"""A made-up history of signups, honest people and operators, with the truth beside it.

It shares no code, no constants and no knowledge with what judges signups: an import contract holds that. Shares, sizes
and rates are chosen by us, not measured; docs/simulate.md says what each group is.
"""
