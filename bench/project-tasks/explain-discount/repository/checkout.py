"""What a customer pays."""
from discounts import student_discount, weekday_discount


def checkout(cents, is_student, weekday):
    percent = weekday_discount(weekday)
    if is_student and percent == 0:
        percent = student_discount(cents)
    return cents - cents * percent // 100
