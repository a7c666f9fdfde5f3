"""Takes deliveries in."""
import stock


def unpack(articles, quantity):
    """Puts in as many of each article."""
    for article in articles:
        stock.put_in(article, quantity=quantity)
