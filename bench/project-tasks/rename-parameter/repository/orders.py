"""Handles orders, which come as JSON."""
import json

import stock


def handle(text):
    """Takes out what was ordered. Returns how many pieces."""
    order = json.loads(text)
    for line in order["lines"]:
        stock.take_out(line["article"], qty=line["qty"])
    return sum(line["qty"] for line in order["lines"])
