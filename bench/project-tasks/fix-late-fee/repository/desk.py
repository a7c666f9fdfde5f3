"""What the desk says to a reader."""
from fees import late_fee


def farewell(name, days):
    fee = late_fee(days)
    if fee == 0:
        return f"Thank you, {name}."
    return f"Thank you, {name}. That is {fee / 100:.2f}."
