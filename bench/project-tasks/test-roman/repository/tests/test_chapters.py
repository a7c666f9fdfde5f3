import unittest

from chapters import title


class ChaptersTest(unittest.TestCase):
    def test_title(self):
        self.assertEqual(title(2, "Out to sea"), "II. Out to sea")


if __name__ == "__main__":
    unittest.main()
