import json
import subprocess
import sys
import unittest

LINES = "09:00 /\n09:01 /about\n\n09:02 /\n09:03 /a b\n"


def run(*arguments):
    with open("lines.txt", "w") as file:
        file.write(LINES)
    command = [sys.executable, "visits.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class HiddenCheck(unittest.TestCase):
    def test_json(self):
        expected = {"/": 2, "/about": 1, "/a b": 1}
        self.assertEqual(json.loads(run("--json", "lines.txt")), expected)
        self.assertEqual(json.loads(run("lines.txt", "--json")), expected)

    def test_table(self):
        self.assertEqual(run("lines.txt"), "    2  /\n    1  /about\n    1  /a b\n")
