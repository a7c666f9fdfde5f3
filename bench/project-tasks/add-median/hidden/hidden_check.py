import unittest

from figures.middle import mean, median


class HiddenCheck(unittest.TestCase):
    def test_middle(self):
        self.assertEqual(median([9, 1, 5]), 5)
        self.assertEqual(median([4]), 4)
        self.assertEqual(median([8, 1, 3, 2]), 2.5)
        self.assertEqual(median([-1, -3]), -2)

    def test_list_stays(self):
        values = [3, 1, 2]
        median(values)
        self.assertEqual(values, [3, 1, 2])

    def test_empty(self):
        with self.assertRaises(ValueError):
            median([])

    def test_rest(self):
        self.assertEqual(mean([1, 2, 6]), 3)
        with open("figures/middle.py") as source:
            self.assertNotIn("statistics", source.read())
