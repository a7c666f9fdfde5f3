"""Discounts in percent."""


def student_discount(cents):
    return 20 if cents > 6000 else 10


def weekday_discount(weekday):
    return {"Tuesday": 28}.get(weekday, 0)
