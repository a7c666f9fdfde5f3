import unittest

import sensors
from cellar import warning


class HiddenCheck(unittest.TestCase):
    def test_new_name(self):
        self.assertTrue(sensors.Thermometer(7).is_cold())
        self.assertEqual(warning(7), "too cold")
        self.assertEqual(warning(8), "")

    def test_no_old_name(self):
        for path in ("sensors.py", "cellar.py", "test_cellar.py"):
            with open(path) as source:
                self.assertNotIn("Tmp", source.read())
