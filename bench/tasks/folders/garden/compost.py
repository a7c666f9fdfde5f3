BINS = [210, 340, 125]


def weeks(litres):
    if litres > 300:
        return 14
    return 9 if litres > 200 else 6


for litres in BINS:
    print(litres, weeks(litres) + 2)
