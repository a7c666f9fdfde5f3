"""What measures the cellar."""


class Tmp:
    def __init__(self, celsius):
        self.celsius = celsius

    def is_cold(self):
        return self.celsius < 8
