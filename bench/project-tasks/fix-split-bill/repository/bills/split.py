"""Shares a bill among people."""


def split_bill(cents, people):
    """What each of them pays, in cents."""
    if people < 1:
        raise ValueError("a bill needs at least one person")
    return [cents // people for _ in range(people)]
