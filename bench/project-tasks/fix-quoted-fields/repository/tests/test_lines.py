import unittest

from exports.lines import split_line


class SplitLineTest(unittest.TestCase):
    def test_splits_at_commas(self):
        self.assertEqual(split_line("a,b,,c"), ["a", "b", "", "c"])

    def test_keeps_commas_in_quotation_marks(self):
        self.assertEqual(split_line('"Doe, Jane",7'), ["Doe, Jane", "7"])


if __name__ == "__main__":
    unittest.main()
