import unittest

from exports.lines import split_line
from exports.report import column


class HiddenCheck(unittest.TestCase):
    def test_doubled_marks(self):
        self.assertEqual(split_line('"say ""hi""",2'), ['say "hi"', "2"])
        self.assertEqual(split_line('1,"a ""b, c"" d",3'), ["1", 'a "b, c" d', "3"])
        self.assertEqual(split_line('""""'), ['"'])

    def test_empty_quoted_field(self):
        self.assertEqual(split_line('"",x,""'), ["", "x", ""])

    def test_as_before(self):
        self.assertEqual(split_line("a,b,,c"), ["a", "b", "", "c"])
        self.assertEqual(split_line('"Doe, Jane",7'), ["Doe, Jane", "7"])
        self.assertEqual(column('name,n\n"x ""y""",1\nz,2\n', 0), ['x "y"', "z"])

    def test_without_the_module(self):
        with open("exports/lines.py") as source:
            self.assertNotIn("import csv", source.read())
