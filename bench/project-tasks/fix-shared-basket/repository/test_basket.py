import unittest

from basket import Basket


class BasketTest(unittest.TestCase):
    def test_counts_what_was_added(self):
        basket = Basket("ann", [])
        basket.add("tea", 2)
        basket.add("cup")
        self.assertEqual(basket.count(), 3)


if __name__ == "__main__":
    unittest.main()
