import math
from fractions import Fraction

# Fences of Tukey, "Exploratory Data Analysis" (1977).
FENCE = Fraction(3, 2)
# Behind these digits there is nothing but what binary fractions make of decimal ones.
DIGITS = 15


def run(args, ctx):
    values = sorted(args["values"])
    q1, median, q3 = (quantile(values, part) for part in (0.25, 0.5, 0.75))
    reach = (q3 - q1) * FENCE
    return {
        "count": len(values),
        "sum": rounded(math.fsum(values)),
        "mean": rounded(math.fsum(values) / len(values)),
        "stdev": deviation(values),
        "min": values[0],
        "q1": rounded(q1),
        "median": rounded(median),
        "q3": rounded(q3),
        "max": values[-1],
        "outliers": [value for value in values if value < q1 - reach or value > q3 + reach],
        "quantiles": [rounded(quantile(values, part)) for part in args.get("quantiles", [])],
    }


def quantile(values, part):
    """Between the two neighbours of the wanted rank; method 7 of Hyndman and Fan (1996)."""
    # Through its text: 0.9 means nine tenths, not the binary fraction beside it.
    rank = Fraction(str(part)) * (len(values) - 1)
    below, above = Fraction(values[math.floor(rank)]), Fraction(values[math.ceil(rank)])
    return below + (above - below) * (rank % 1)


def deviation(values):
    """Of a sample. Exact up to the root: the squares of floats would cancel each other out."""
    if len(values) < 2:
        return None
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    squares = sum((value - mean) ** 2 for value in exact)
    return rounded(math.sqrt(squares / (len(exact) - 1)))


def rounded(value):
    # Adding zero makes 0.0 of -0.0.
    return float(f"{float(value):.{DIGITS}g}") + 0.0
