import unittest

from uploader import read_settings


def settings(timeout, retries, folder, largest_file=50):
    return {"timeout": timeout, "retries": retries, "folder": folder, "largest_file": largest_file}


class HiddenCheck(unittest.TestCase):
    def test_production(self):
        expected = settings(30, 5, "/var/spool/uploader", 200)
        self.assertEqual(read_settings("production"), expected)

    def test_others(self):
        self.assertEqual(read_settings("development"), settings(10, 0, "outbox"))
        self.assertEqual(read_settings("staging"), settings(10, 2, "staging-outbox"))
        self.assertEqual(read_settings("DEFAULT"), settings(10, 2, "outbox"))

    def test_comments_stay(self):
        with open("settings.ini") as file:
            text = file.read()
        for comment in ["; Settings of the uploader", "; Fails at once", "; Megabytes."]:
            self.assertIn(comment, text)
