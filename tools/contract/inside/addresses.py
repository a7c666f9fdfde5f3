"""Keeps a tool from reading where its objects lie: that is chance, which its contract would have to name.

The text of an object (`repr`, `str`, `%r`, `{!r}`, an error about it) ends with its address, and C writes it down. So a program
is read before it runs, and each text that it makes anew passes by here: the results of calls, of `%` and of f-strings.
"""

import _ast

BEGINS, ENDS = " at 0x", ">,;"
DIGITS = "0123456789abcdef"
LEAST_DIGITS = 6
WHAT = 'where an object lies in memory, which is chance ("random")'
# A name that no program can write down.
PLAIN, TEXT = "plain text", "text of"
# They give no text, or only what they are given: asked often, and no object is written down there.
SILENT_CALLS = frozenset((
    "abs", "all", "any", "bool", "chr", "divmod", "enumerate", "float", "int", "isinstance", "issubclass", "len", "list",
    "max", "min", "ord", "pow", "range", "reversed", "round", "set", "sorted", "sum", "tuple", "zip",
))  # fmt: skip
SILENT_METHODS = frozenset((
    "add", "append", "count", "endswith", "extend", "get", "index", "insert", "isalnum", "isalpha", "isdigit", "isspace",
    "items", "join", "keys", "lower", "pop", "popleft", "replace", "rstrip", "lstrip", "split", "splitlines", "startswith",
    "strip", "upper", "values",
))  # fmt: skip
MAKERS = frozenset(("format", "format_map"))
KINDS_ASKED = frozenset(("isinstance", "issubclass", "register"))
UNREAD = frozenset(("annotation", "returns", "pattern", "type_comment"))


def watched(source, path):
    """The program, with all that makes texts watched."""
    tree = compile(source, path, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
    visit(tree)
    return tree


def watchers(refuse, given):
    """What the program gets by the names that it cannot write: nothing is refused where a text was given."""
    has_some = BEGINS in given

    def plain(value):
        kind = type(value)
        if not has_some and (kind is str or issubclass(kind, (str, bytes, tuple))):
            shown = value if kind is str else str.__str__(value) if issubclass(kind, str) else None
            if shown is None:
                shown = repr(value) if kind is bytes else next(filter(has_address, filter(is_text, value)), "")
            if has_address(shown):
                refuse(WHAT)
        return value

    def guarded(make):
        return lambda *values, **named: plain(make(*values, **named))

    texts = {one.__name__: guarded(one) for one in (repr, ascii, format)}
    # What it makes comes out of no call of the program.
    each = {"map": lambda make, /, *values: map(guarded(make), *values)}
    return {PLAIN: plain, TEXT: guarded(str), **texts, **each}


# Of a tool that may use chance.
UNWATCHED = {PLAIN: lambda value: value, TEXT: str}


def is_text(value):
    return type(value) is str


def has_address(text):
    at = text.find(BEGINS)
    while at >= 0:
        end = at = at + len(BEGINS)
        while end < len(text) and text[end] in DIGITS:
            end += 1
        if end - at >= LEAST_DIGITS and end < len(text) and text[end] in ENDS:
            return True
        at = text.find(BEGINS, at)
    return False


def without(text):
    """The text with the digits of addresses left out."""
    first, *others = text.split(BEGINS)
    return first + "".join(BEGINS + one.lstrip(DIGITS) for one in others)


def visit(node):
    for field in node._fields:
        if field in UNREAD:
            continue
        inner = getattr(node, field, None)
        if isinstance(inner, list):
            inner[:] = [changed(one, node, field) for one in inner]
        elif isinstance(inner, _ast.AST):
            setattr(node, field, changed(inner, node, field))


def changed(node, parent, field):
    if not isinstance(node, _ast.AST):
        return node
    if isinstance(node, _ast.AugAssign) and isinstance(node.op, _ast.Mod):
        node = written_out(node)
    visit(node)
    if isinstance(node, _ast.Call) and not is_silent(node.func):
        return passing(node)
    if isinstance(node, _ast.JoinedStr) and field != "format_spec":
        return passing(node)
    if isinstance(node, _ast.BinOp) and isinstance(node.op, _ast.Mod):
        return passing(node)
    if isinstance(node, _ast.Attribute) and isinstance(node.ctx, _ast.Load):
        return attribute(node, parent, field)
    is_given = isinstance(parent, (_ast.Assign, _ast.keyword)) and field == "value"
    is_argument = isinstance(parent, _ast.Call) and field == "args" and name_of(parent.func) not in KINDS_ASKED
    if isinstance(node, _ast.Name) and node.id == "str" and (is_given or is_argument):
        node.id = TEXT
    return node


def written_out(node):
    """`one %= other` as `one = one % other`."""
    target = node.target
    inner = {key: getattr(target, key) for key in target._fields if key != "ctx"}
    value = _ast.BinOp(type(target)(**inner, ctx=_ast.Load()), node.op, node.value)
    return placed(_ast.Assign([target], value), node)


def attribute(node, parent, field):
    """`error.args`, and a method that is taken for later."""
    is_called = isinstance(parent, _ast.Call) and field == "func"
    if node.attr == "args" and not is_called:
        return passing(node)
    if node.attr not in MAKERS or is_called:
        return node
    star = _ast.Starred(_ast.Name("values", _ast.Load()), _ast.Load())
    named = _ast.keyword(None, _ast.Name("named", _ast.Load()))
    parameters = _ast.arguments([], [], _ast.arg("values"), [], [], _ast.arg("named"), [])
    return placed(_ast.Lambda(parameters, passing(placed(_ast.Call(node, [star], [named]), node))), node)


def is_silent(function):
    if isinstance(function, _ast.Name):
        return function.id in SILENT_CALLS
    return isinstance(function, _ast.Attribute) and function.attr in SILENT_METHODS


def name_of(function):
    return function.id if isinstance(function, _ast.Name) else getattr(function, "attr", "")


def passing(node):
    return placed(_ast.Call(_ast.Name(PLAIN, _ast.Load()), [node], []), node)


def placed(node, at):
    """Where errors say that it stands, with all that was made for it."""
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(node, key, getattr(at, key))
    for field in node._fields:
        inner = getattr(node, field, None)
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, _ast.AST) and "lineno" in one._attributes and not hasattr(one, "lineno"):
                placed(one, at)
            elif isinstance(one, _ast.arguments):
                placed(one.vararg, at)
                placed(one.kwarg, at)
    return node
