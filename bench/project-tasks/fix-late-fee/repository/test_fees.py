import unittest

from desk import farewell
from fees import late_fee


class FeesTest(unittest.TestCase):
    def test_a_day_costs_25(self):
        self.assertEqual(late_fee(3), 75)

    def test_there_is_a_largest_fee(self):
        self.assertEqual(late_fee(400), 1000)

    def test_nothing_is_said_of_no_fee(self):
        self.assertEqual(farewell("Ann", 0), "Thank you, Ann.")
