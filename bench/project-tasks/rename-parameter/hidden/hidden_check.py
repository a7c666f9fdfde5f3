import inspect
import unittest

import deliveries
import orders
import stock


class HiddenCheck(unittest.TestCase):
    def test_parameters(self):
        for function in [stock.put_in, stock.take_out, deliveries.unpack]:
            names = list(inspect.signature(function).parameters)
            self.assertIn("quantity", names)
            self.assertNotIn("qty", names)

    def test_works(self):
        deliveries.unpack(["nut", "rod"], quantity=10)
        stock.put_in("nut", quantity=2)
        stock.take_out("nut")
        handled = orders.handle('{"lines": [{"article": "rod", "qty": 4}, {"article": "nut", "qty": 1}]}')
        self.assertEqual((handled, stock.left("rod"), stock.left("nut")), (5, 6, 10))
        with self.assertRaises(ValueError):
            stock.take_out("rod", quantity=7)

    def test_own_tests(self):
        import test_orders

        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromModule(test_orders).run(result)
        self.assertEqual((result.testsRun > 0, result.errors), (True, []))
