import unittest

from desk import farewell
from fees import late_fee


class HiddenCheck(unittest.TestCase):
    def test_early(self):
        self.assertEqual([late_fee(days) for days in (-40, -2, -1, 0)], [0, 0, 0, 0])
        self.assertEqual(farewell("Ben", -5), "Thank you, Ben.")

    def test_late(self):
        self.assertEqual([late_fee(days) for days in (1, 39, 40, 41)], [25, 975, 1000, 1000])
