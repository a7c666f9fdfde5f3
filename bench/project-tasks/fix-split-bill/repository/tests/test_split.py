import unittest

from bills.split import split_bill
from bills.text import bill_lines


class SplitTest(unittest.TestCase):
    def test_equal_parts(self):
        self.assertEqual(split_bill(900, 3), [300, 300, 300])

    def test_no_people(self):
        with self.assertRaises(ValueError):
            split_bill(900, 0)

    def test_lines(self):
        self.assertEqual(bill_lines(500, ["Ann", "Ben"]), ["Ann: 2.50", "Ben: 2.50"])
