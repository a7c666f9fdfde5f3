"""Asks tables in memory, in the sandbox: called with the tables and queries, the first of which that finds records counts."""

import json
import re
import sqlite3
from datetime import date

# So many records are shown.
MOST = 12
LONGEST = 300
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def filled(tables):
    database = sqlite3.connect(":memory:")
    for table in tables:
        columns = ", ".join(
            f"{quoted(column['name'])} {'NUMERIC' if column['isNumeric'] else 'TEXT'} COLLATE NOCASE"
            for column in table["columns"])
        name = quoted(table["name"])
        database.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" for _ in table["columns"])
        database.executemany(f"INSERT INTO {name} VALUES ({marks})", table["rows"])
    return database


def written(cell):
    # Sums of decimal fractions are not exact.
    text = "nothing" if cell is None else f"{cell:.12g}" if isinstance(cell, float) else str(cell)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def record(names, row):
    return ", ".join(f"{name}: {written(cell)}" for name, cell in zip(names, row))


def unknown(tables, query):
    """Texts of the query that no cell has, and where they could have been meant."""
    for text in re.findall(r"'((?:[^']|'')*)'", query):
        wanted = text.replace("''", "'").strip("%_ ").lower()
        if wanted in ("", "now") or wanted.startswith("%") or re.fullmatch(r"[+-]?\d+ \w+|%?\w", wanted):
            continue
        cells = [str(cell).lower() for table in tables for row in table["rows"] for cell in row]
        if not any(wanted in cell for cell in cells):
            yield text


def kinds(tables, query):
    """The values of the columns with few of them that the query names."""
    for table in tables:
        for at, column in enumerate(table["columns"]):
            values = list(dict.fromkeys(str(row[at]) for row in table["rows"] if row[at] is not None))
            is_named = re.search(rf"\b{re.escape(column['name'])}\b", query, re.IGNORECASE)
            if is_named and not column["isNumeric"] and len(values) <= MOST:
                yield f"{column['name']} is one of " + ", ".join(f"'{value}'" for value in values)


class Failure(Exception):
    pass


def main(tables, queries, given):
    database = filled(tables)
    for at, asked in enumerate([*queries, *queries[:1]]):
        query = asked["query"]
        try:
            # A number of none stands only where nothing else is meant.
            one = show(database, tables, query, asked.get("whole"), at < len(queries) - 1)
        except Failure as failure:
            why = failure
            continue
        beside = asked.get("beside")
        if one is not None and beside is not None:
            print(f"(of {query})\nOf all records: {one_line(database, beside)}")
        elif query != given:
            print(f"(of {query})")
        return
    print(f"FAILED {why}")


def one_line(database, query):
    """The first record of what a query finds."""
    cursor = database.execute(query)
    row = cursor.fetchone()
    return "nothing" if row is None else record([column[0] for column in cursor.description], row)


def show(database, tables, query, whole=None, is_some=False):
    """Prints what a query finds. @returns its only record, None where there are several."""
    try:
        cursor = database.execute(query)
        rows = cursor.fetchmany(20_000)
    except sqlite3.Error as error:
        made = "; ".join(f"{table['name']} ({', '.join(column['name'] for column in table['columns'])})"
                         for table in tables)
        raise Failure(f"{error}. Tables: {made}") from error
    if cursor.description is None:
        raise Failure("Write one SELECT.")
    names = [column[0] for column in cursor.description]
    if all(cell in (None, 0) for row in rows for cell in row):
        if is_some:
            raise Failure("No record is found")
        missing = [f"no cell has '{text}'" for text in unknown(tables, query)]
        if missing or all(cell is None for row in rows for cell in row):
            raise Failure("; ".join(["No record is found", *missing, *(kinds(tables, query) if missing else ())]))
    if whole is not None and len(rows) == 1:
        cursor = database.execute(whole)
        rows = cursor.fetchall()
        names = [column[0] for column in cursor.description]
    is_ordered = len(rows) > 1 and re.search(r"\border\s+by\b", query, re.IGNORECASE)
    print("\n".join((f"{at}. " if is_ordered else "") + record(names, row) for at, row in enumerate(rows[:MOST], 1)))
    if len(rows) > MOST:
        print(f"and {len(rows) - MOST} more, {len(rows)} in all")
    if len(names) == 1 and len(rows) > 1:
        print_together(names[0], [row[0] for row in rows])
    return rows[0] if len(rows) == 1 else None


def print_together(name, cells):
    """What several cells of one column come to: small models list what was to be added up."""
    days = [date.fromisoformat(cell) for cell in cells if isinstance(cell, str) and DATE.fullmatch(cell)]
    if all(isinstance(cell, (int, float)) for cell in cells):
        print(f"{len(cells)} records, {name} together: {written(sum(cells))}")
    elif len(days) == len(cells):
        print(f"{len(cells)} records, from {min(days)} to {max(days)}: {(max(days) - min(days)).days} days")
    else:
        print(f"{len(cells)} records")
