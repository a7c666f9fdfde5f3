import unittest

from counting import count_pages


class CountingTest(unittest.TestCase):
    def test_counts(self):
        lines = ["09:00 /", "09:01 /about", "", "09:02 /"]
        self.assertEqual(count_pages(lines), {"/": 2, "/about": 1})
