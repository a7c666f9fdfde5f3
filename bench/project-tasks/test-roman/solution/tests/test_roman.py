import unittest

from roman import to_roman


class RomanTest(unittest.TestCase):
    def test_plain_numbers(self):
        self.assertEqual([to_roman(n) for n in (1, 3, 6, 52, 160, 1100)], ["I", "III", "VI", "LII", "CLX", "MC"])

    def test_numbers_that_subtract(self):
        numerals = {4: "IV", 9: "IX", 40: "XL", 90: "XC", 400: "CD", 900: "CM"}
        for number, numeral in numerals.items():
            self.assertEqual(to_roman(number), numeral)

    def test_largest(self):
        self.assertEqual(to_roman(3999), "MMMCMXCIX")

    def test_refused(self):
        for number in (0, -1, 4000):
            with self.assertRaises(ValueError):
                to_roman(number)
