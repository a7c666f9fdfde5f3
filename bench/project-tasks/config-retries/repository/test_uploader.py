import unittest

from uploader import read_settings


class SettingsTest(unittest.TestCase):
    def test_development_fails_at_once(self):
        self.assertEqual(read_settings("development")["retries"], 0)

    def test_production_has_its_folder(self):
        self.assertEqual(read_settings("production")["folder"], "/var/spool/uploader")
