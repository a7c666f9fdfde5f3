import unittest

from checkout import checkout


class CheckoutTest(unittest.TestCase):
    def test_full_price(self):
        self.assertEqual(checkout(800, False, "Friday"), 800)
