import unittest

from archive import largest_upload


class ArchiveTest(unittest.TestCase):
    def test_in_bytes(self):
        self.assertEqual(largest_upload() % (1024 * 1024), 0)
