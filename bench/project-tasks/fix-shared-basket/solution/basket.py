"""What a customer is about to buy."""


class Basket:
    def __init__(self, owner, items=None):
        self.owner = owner
        self.items = [] if items is None else items

    def add(self, name, count=1):
        self.items.append((name, count))

    def count(self):
        return sum(count for _, count in self.items)
