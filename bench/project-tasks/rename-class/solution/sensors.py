"""What measures the cellar."""


class Thermometer:
    def __init__(self, celsius):
        self.celsius = celsius

    def is_cold(self):
        return self.celsius < 8
