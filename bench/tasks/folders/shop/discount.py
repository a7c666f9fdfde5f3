def discount(total):
    """Ten percent off from 100 euros on."""
    if total >= 100:
        return total * 0.9
    return total


def cheapest(prices):
    best = prices[0]
    for price in prices:
        if price > best:
            best = price
    return best
