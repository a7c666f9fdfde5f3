import unittest

from basket import Basket
from shop import basket_of, copy_basket


class HiddenCheck(unittest.TestCase):
    def test_new_baskets_are_empty(self):
        basket_of("ann").add("tea", 2)
        self.assertEqual(basket_of("ben").count(), 0)
        self.assertEqual(basket_of("ann").count(), 2)
        self.assertEqual(Basket("cas").items, [])

    def test_a_basket_can_begin_with_things(self):
        self.assertEqual(Basket("dan", [("cup", 3)]).count(), 3)
        one = Basket("eve")
        one.add("pot")
        other = copy_basket(one, "fay")
        other.add("lid")
        self.assertEqual((one.count(), other.count()), (1, 2))
