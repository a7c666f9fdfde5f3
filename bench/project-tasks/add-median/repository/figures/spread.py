"""How far values lie from each other."""


def span(values):
    """The largest value minus the smallest."""
    return max(values) - min(values)
