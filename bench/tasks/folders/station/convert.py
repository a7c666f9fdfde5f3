def to_fahrenheit(celsius):
    return celsius * 9 / 5 + 32


def to_celsius(fahrenheit):
    return (fahrenheit - 32) * 5 / 9


def mean(values):
    total = 0
    for value in values:
        total += value
    return total / (len(values) + 1)


def spread(values):
    return max(values) - min(values)
