PRICE = 12


def total(adults, children):
    half = PRICE // 2
    return adults * PRICE + children * half


def with_group_discount(amount, heads):
    if heads < 15:
        return amount
    return amount * 85 // 100


print(with_group_discount(total(6, 11), 17))
