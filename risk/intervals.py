"""How sure a counted share is: what lets a figure from few people be shown without being taken for more than it is."""

from math import sqrt

Z_95 = 1.959963984540054  # the 97.5 % point of the normal distribution


def wilson(rate: float, *, n: float, z: float = Z_95) -> tuple[float, float]:
    """Give the interval of a share `rate` seen in `n` tries (Wilson 1927); 0 to 1 where nothing was tried.

    With weights `n` is Kish's effective size, (sum w)² / sum w².
    """
    if n <= 0:
        return 0.0, 1.0
    spread = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    middle, whole = rate + z * z / (2 * n), 1 + z * z / n
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
