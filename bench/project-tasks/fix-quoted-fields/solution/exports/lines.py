"""Reads the lines of an export."""


def split_line(line):
    """Splits a line at its commas; a field in quotation marks may hold commas, and marks that are written twice."""
    fields = []
    field = ""
    quoted = False
    position = 0
    while position < len(line):
        character = line[position]
        if quoted and line[position : position + 2] == '""':
            field += '"'
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            fields.append(field)
            field = ""
        else:
            field += character
        position += 1
    fields.append(field)
    return fields
