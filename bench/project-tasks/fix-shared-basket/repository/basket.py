"""What a customer is about to buy."""


class Basket:
    def __init__(self, owner, items=[]):
        self.owner = owner
        self.items = items

    def add(self, name, count=1):
        self.items.append((name, count))

    def count(self):
        return sum(count for _, count in self.items)
