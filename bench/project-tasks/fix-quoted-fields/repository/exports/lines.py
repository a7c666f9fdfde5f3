"""Reads the lines of an export."""


def split_line(line):
    """Splits a line at its commas; a field in quotation marks may hold commas."""
    fields = []
    field = ""
    quoted = False
    for character in line:
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            fields.append(field)
            field = ""
        else:
            field += character
    fields.append(field)
    return fields
