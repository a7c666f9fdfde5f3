"""As typescript-relaxed.ts: Python programs with one bound wider, or without one thing that takes something away."""

import ast
import re

# As in relaxed.ts.
LEAST_BOUND, WIDER, MORE_DIGITS = 8, 16, 8

WRAPPING = (ast.Mod, ast.BitAnd, ast.BitOr, ast.RShift, ast.LShift, ast.FloorDiv)
# What is odd or even, or one of a few, is no bound.
DIVIDING = (ast.Mod, ast.BitAnd, ast.FloorDiv)
PARTING = {"partition", "rpartition", "split", "rsplit", "splitlines"}
REPETITION = re.compile(r"(?<!\\)\{(\d+),(\d+)\}")
# As in typescript-relaxed.ts.
BLANKS = re.compile(r"(?<!\\)(?:\[ \]|(?<!\[) )(?=[*+])")
OF_PATTERNS = {"compile", "sub", "subn", "split", "match", "search", "fullmatch", "findall", "finditer"}
TRIMMING = {"strip", "lstrip", "rstrip"}
PRECISION = re.compile(r"\.(\d+)([eEgG])$")
# What is told how often to do it: so many arguments it has with that.
TIMES = {"replace": 3, "split": 2, "rsplit": 2}
LOSING = {"int", "floor", "ceil", "trunc", "set", "frozenset"}
# Where a number is no bound.
OF_NUMBERS = {"round", "pow", "int", "divmod", "Decimal", "Fraction", "date", "datetime", "timedelta"}


def wider(node):
    """What stands in place of a node, and the part of it that changes: (holder, field, value) or the node itself."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, WRAPPING) and is_number(node.right):
        is_text = isinstance(node.left, (ast.JoinedStr, ast.Constant))
        if not is_text and (not isinstance(node.op, DIVIDING) or node.right.value >= LEAST_BOUND):
            yield node.left
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        by = REPETITION.sub(widened, node.value)
        if by != node.value:
            yield ast.Constant(by)
    elif isinstance(node, ast.Subscript) and is_number(node.slice) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and function.attr in PARTING:
            yield function.value
    elif isinstance(node, ast.Slice) and node.upper is not None:
        upper = widened_end(node.upper)
        if upper is not None:
            yield ast.Slice(node.lower, upper, node.step)
    elif isinstance(node, ast.Slice) and isinstance(node.lower, ast.UnaryOp) and is_bound(node.lower.operand):
        # The last so many.
        yield ast.Slice(ast.UnaryOp(ast.USub(), ast.Constant(node.lower.operand.value * WIDER)), None, node.step)
    elif isinstance(node, ast.DictComp):
        # Of what falls together under one key, all of it.
        values = ast.ListComp(node.value, node.generators)
        yield called("dict", called("enumerate", values))
    elif isinstance(node, ast.SetComp):
        yield ast.ListComp(node.elt, node.generators)
    elif isinstance(node, ast.Call):
        yield from calls(node)


def widened_end(node):
    """`20` and `at + 2500` further on."""
    if is_bound(node):
        return ast.Constant(node.value * WIDER)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and is_bound(node.right):
        return ast.BinOp(node.left, ast.Add(), ast.Constant(node.right.value * WIDER))
    return None


def called(name, argument):
    return ast.Call(ast.Name(name, ast.Load()), [argument], [])


def widened(found):
    least, most = found.groups()
    return found.group() if int(most) < LEAST_BOUND else "{%s,}" % least


def calls(node):
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    [first, *others] = node.args or [None]
    if isinstance(first, ast.Constant) and first.value == " " and name in TRIMMING:
        yield ast.Call(function, [], [])
    elif name in OF_PATTERNS and isinstance(first, ast.Constant) and isinstance(first.value, str):
        by = BLANKS.sub(r"\\s", first.value)
        if by != first.value:
            yield ast.Call(function, [ast.Constant(by), *others], node.keywords)
    if name in LOSING and isinstance(function, ast.Name) and len(node.args) == 1 and not node.keywords:
        yield node.args[0]
    elif name == "fromkeys" and len(node.args) == 1:
        # Of what comes several times, all of it.
        yield first
    elif name == "format" and len(node.args) == 2 and is_precise(node.args[1]):
        spec = PRECISION.sub(lambda found: f".{int(found[1]) + MORE_DIGITS}{found[2]}", node.args[1].value)
        yield ast.Call(function, [node.args[0], ast.Constant(spec)], node.keywords)
    elif name in TIMES and len(node.args) == TIMES[name] and is_number(node.args[-1]):
        yield ast.Call(function, node.args[:-1], node.keywords)
    elif name not in OF_NUMBERS:
        for at, one in enumerate(node.args):
            if is_bound(one):
                args = [*node.args[:at], ast.Constant(one.value * WIDER), *node.args[at + 1 :]]
                yield ast.Call(function, args, node.keywords)
        for at, one in enumerate(node.keywords):
            if is_bound(one.value):
                other = ast.keyword(one.arg, ast.Constant(one.value.value * WIDER))
                yield ast.Call(function, node.args, [*node.keywords[:at], other, *node.keywords[at + 1 :]])


def is_number(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def is_bound(node):
    return is_number(node) and node.value >= LEAST_BOUND


def is_precise(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and PRECISION.search(node.value)
