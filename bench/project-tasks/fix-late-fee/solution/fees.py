"""What a late book costs."""

CENTS_PER_DAY = 25
LARGEST = 1000


def late_fee(days):
    """In cents. No fee is larger than LARGEST."""
    return min(max(days, 0) * CENTS_PER_DAY, LARGEST)
