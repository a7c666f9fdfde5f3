"""Shares a bill among people."""


def split_bill(cents, people):
    """What each of them pays, in cents; the first ones pay what is left over."""
    if people < 1:
        raise ValueError("a bill needs at least one person")
    part, rest = divmod(cents, people)
    return [part + (1 if index < rest else 0) for index in range(people)]
