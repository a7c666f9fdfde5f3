"""The cellar and its warnings."""
from sensors import Thermometer


def warning(celsius):
    return "too cold" if Thermometer(celsius).is_cold() else ""
