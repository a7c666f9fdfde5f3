RATE = 48
VAT = 20


def total(hours, parts):
    net = hours * RATE + parts
    return net + net * VAT / 100


for number, hours, parts in (("J42", 2, 28), ("J46", 2.5, 60)):
    print(number, total(hours, parts))
