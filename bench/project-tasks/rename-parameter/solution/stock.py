"""What is in the warehouse."""

_stock = {}


def put_in(article, quantity):
    _stock[article] = _stock.get(article, 0) + quantity


def take_out(article, quantity=1):
    if _stock.get(article, 0) < quantity:
        raise ValueError(f"fewer than {quantity} of {article}")
    _stock[article] -= quantity


def left(article):
    return _stock.get(article, 0)
