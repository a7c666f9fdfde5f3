import unittest

import deliveries
import orders
import stock


class OrdersTest(unittest.TestCase):
    def test_order_is_taken_out(self):
        deliveries.unpack(["bolt"], quantity=10)
        handled = orders.handle('{"lines": [{"article": "bolt", "qty": 4}]}')
        self.assertEqual((handled, stock.left("bolt")), (4, 6))
