"""The cellar and its warnings."""
from sensors import Tmp


def warning(celsius):
    return "too cold" if Tmp(celsius).is_cold() else ""
