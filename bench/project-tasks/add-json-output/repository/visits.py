"""Counts visits: visits.py FILE"""
import argparse
import sys

from counting import count_pages


def main(arguments):
    parser = argparse.ArgumentParser(description="Counts the visits of each page.")
    parser.add_argument("file", help="one line for each visit: time, blank, page")
    options = parser.parse_args(arguments)
    with open(options.file) as lines:
        counts = count_pages(lines)
    for page, count in counts.items():
        print(f"{count:5}  {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
