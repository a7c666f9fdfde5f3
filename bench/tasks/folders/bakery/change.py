COINS = [200, 100, 50, 20, 10, 5, 2, 1]


def change(cents):
    given = []
    for coin in COINS:
        while cents >= coin:
            given.append(coin)
            cents -= coin
    return given


for price in (345, 180, 62):
    print(price, "->", len(change(500 - price)), "coins")
