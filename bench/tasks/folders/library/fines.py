CENTS_PER_DAY = 20


def days_late(due, returned):
    return max(0, (returned - due).days)


def fine(due, returned):
    days = days_late(due, returned)
    return days * CENT_PER_DAY / 100


def text(amount):
    return f"{amount:.2f} euros"
