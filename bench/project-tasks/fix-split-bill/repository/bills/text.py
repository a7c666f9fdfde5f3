"""Says who pays what."""
from bills.split import split_bill


def bill_lines(cents, names):
    parts = split_bill(cents, len(names))
    return [f"{name}: {part / 100:.2f}" for name, part in zip(names, parts)]
