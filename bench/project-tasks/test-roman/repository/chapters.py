"""Titles of chapters."""
from roman import to_roman


def title(number, text):
    return f"{to_roman(number)}. {text}"
