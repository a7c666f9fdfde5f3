"""Baskets of all customers."""
from basket import Basket

_baskets = {}


def basket_of(owner):
    if owner not in _baskets:
        _baskets[owner] = Basket(owner)
    return _baskets[owner]


def copy_basket(basket, owner):
    """A basket for another customer that begins with the same things."""
    _baskets[owner] = Basket(owner, list(basket.items))
    return _baskets[owner]
