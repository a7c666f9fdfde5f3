import tomllib
import unittest

from archive import largest_upload


class HiddenCheck(unittest.TestCase):
    def test_settings(self):
        self.assertEqual(largest_upload(), 50 * 1024 * 1024)
        with open("settings.toml", "rb") as file:
            settings = tomllib.load(file)
        self.assertEqual(
            settings,
            {
                "name": "archive",
                "uploads": {"largest": 50, "types": ["pdf", "png"]},
                "downloads": {"largest": 200},
                "log": {"level": "warning", "file": "archive.log"},
            },
        )

    def test_comments_stay(self):
        with open("settings.toml") as file:
            self.assertEqual(file.read().count("# In megabytes."), 2)
