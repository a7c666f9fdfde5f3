import unittest

from settings import load


class SettingsTest(unittest.TestCase):
    def test_base(self):
        self.assertEqual(load(None, {})["workers"], 4)
