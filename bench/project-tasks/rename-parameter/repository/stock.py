"""What is in the warehouse."""

_stock = {}


def put_in(article, qty):
    _stock[article] = _stock.get(article, 0) + qty


def take_out(article, qty=1):
    if _stock.get(article, 0) < qty:
        raise ValueError(f"fewer than {qty} of {article}")
    _stock[article] -= qty


def left(article):
    return _stock.get(article, 0)
