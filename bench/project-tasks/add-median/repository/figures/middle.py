"""Single figures that stand for many."""


def mean(values):
    """The sum of the values divided by their number."""
    if not values:
        raise ValueError("no values")
    return sum(values) / len(values)
