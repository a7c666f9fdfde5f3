"""Roman numerals."""

_PARTS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]


def to_roman(number):
    """Writes a number from 1 to 3999. Raises a ValueError for any other."""
    if not 1 <= number <= 3999:
        raise ValueError(f"{number} is not from 1 to 3999")
    text = ""
    for value, letters in _PARTS:
        while number >= value:
            text += letters
            number -= value
    return text
