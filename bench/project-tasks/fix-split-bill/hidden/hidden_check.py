import unittest

from bills.split import split_bill
from bills.text import bill_lines


class HiddenCheck(unittest.TestCase):
    def test_rest_goes_to_the_first(self):
        self.assertEqual(split_bill(1000, 3), [334, 333, 333])
        self.assertEqual(split_bill(1001, 3), [334, 334, 333])
        self.assertEqual(split_bill(2, 4), [1, 1, 0, 0])

    def test_adds_up(self):
        for cents in range(0, 200, 7):
            for people in range(1, 9):
                parts = split_bill(cents, people)
                self.assertEqual((sum(parts), len(parts)), (cents, people))
                self.assertLessEqual(max(parts) - min(parts), 1)

    def test_as_before(self):
        with self.assertRaises(ValueError):
            split_bill(900, 0)
        self.assertEqual(bill_lines(1000, ["A", "B", "C"]), ["A: 3.34", "B: 3.33", "C: 3.33"])
