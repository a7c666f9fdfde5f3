"""Counts lines by what they are about."""


def count_pages(lines):
    """Number of visits by page, in the order of the first visit."""
    counts = {}
    for line in lines:
        if line.strip() == "":
            continue
        _, page = line.split(maxsplit=1)
        page = page.strip()
        counts[page] = counts.get(page, 0) + 1
    return counts
