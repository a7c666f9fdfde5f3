ADULT = 18.5
CHILD = 9
SMALLEST_GROUP = 12


def price(adults, children):
    full = adults * ADULT + children * CHILD
    return full * 0.85 if adults + children >= SMALLEST_GROUP else full


if __name__ == "__main__":
    for adults, children in ((2, 3), (3, 11)):
        print(f"{adults} + {children}: {price(adults, children):.2f}")
