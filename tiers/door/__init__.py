"""The door: what gateways ask thousands of times a second is answered here, before Django's middleware and views.

It is a way around them and gives no other answers: keys are found by the same function, tiers by the same copies,
errors have the same form, calls draw on the same quotas and are timed under the same names. Only what it can answer in
full stops here. Every other call, and each that is refused for its key or its form, goes on to Django as it came.
"""

from tiers.door.serving import Door

__all__ = ["Door"]
