import unittest

from cellar import warning
from sensors import Thermometer


class CellarTest(unittest.TestCase):
    def test_cold(self):
        self.assertTrue(Thermometer(5).is_cold())
        self.assertEqual(warning(5), "too cold")

    def test_warm(self):
        self.assertEqual(warning(12), "")
