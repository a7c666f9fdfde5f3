"""Takes deliveries in."""
import stock


def unpack(articles, qty):
    """Puts in as many of each article."""
    for article in articles:
        stock.put_in(article, qty=qty)
