import unittest

from figures.middle import mean


class MeanTest(unittest.TestCase):
    def test_mean(self):
        self.assertEqual(mean([1, 2, 6]), 3)

    def test_empty(self):
        with self.assertRaises(ValueError):
            mean([])
