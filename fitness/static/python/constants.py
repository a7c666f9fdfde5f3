"""
What an expression of Python is, where the source alone says it: a text that is put together of codes or in another
way is read like any other text. Computes with values of ours; nothing of the tool runs.
"""

import ast
import base64
import operator
import re

MOST_NODES = 4000
LONGEST = 2000
DEEPEST = 30
# As few numbers are no text.
LEAST_CODES = 5
BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.BitXor: operator.xor, ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_, ast.FloorDiv: operator.floordiv, ast.RShift: operator.rshift,
}
COMPARE = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}
FUNCTIONS = {
    "chr": chr, "ord": ord, "bytes": bytes, "bytearray": bytes, "str": str, "list": list, "tuple": tuple, "hex": hex,
    "reversed": lambda items: list(reversed(items)), "sorted": sorted, "len": len, "abs": abs, "int": int, "repr": repr,
    "zip": lambda *lists: list(zip(*lists)), "enumerate": lambda items: list(enumerate(items)), "set": list,
}
METHODS = {
    str: {
        "join", "encode", "replace", "upper", "lower", "title", "capitalize", "swapcase", "strip", "lstrip", "rstrip",
        "split", "splitlines", "removeprefix", "removesuffix", "translate", "format", "casefold", "partition",
    },
    bytes: {"decode", "replace", "upper", "lower", "strip", "hex", "split", "join", "translate", "swapcase"},
    int: {"to_bytes"},
}
# Of modules: what makes a text out of another one.
FROM_MODULES = {
    "b64decode": base64.b64decode, "urlsafe_b64decode": base64.urlsafe_b64decode, "b32decode": base64.b32decode,
    "b16decode": base64.b16decode, "b85decode": base64.b85decode, "a85decode": base64.a85decode,
    "unhexlify": bytes.fromhex, "a2b_hex": bytes.fromhex, "a2b_base64": base64.b64decode,
}


class Unknown(Exception):
    """It depends on more than the source, or on more of it than is looked at."""


class Constants:
    def __init__(self, tree):
        self.remaining = 0
        self.assigned, self.functions = {}, {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.assigned.setdefault(node.targets[0].id, []).append(node.value)
            elif isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Return):
                self.functions[node.name] = node

    def value_of(self, node):
        """The value, or None."""
        self.remaining = MOST_NODES
        try:
            return self.fold(node, {}, 0)
        except Exception:
            # Whatever goes wrong with it, it is no text of the source.
            return None

    def fold(self, node, bindings, depth):
        self.remaining -= 1
        if self.remaining < 0 or depth > DEEPEST:
            raise Unknown
        value = self.value(node, bindings, depth + 1)
        if isinstance(value, (str, bytes, list, tuple)) and len(value) > LONGEST:
            raise Unknown
        return value

    def value(self, node, bindings, depth):
        fold = lambda part: self.fold(part, bindings, depth)
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return bindings[node.id] if node.id in bindings else self.named(node.id, depth)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return [fold(item) for item in node.elts]
        if isinstance(node, ast.Dict):
            return {fold(key): fold(item) for key, item in zip(node.keys, node.values)}
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -fold(node.operand)
        if isinstance(node, ast.BinOp):
            return self.computed(node.op, fold(node.left), fold(node.right))
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return COMPARE[type(node.ops[0])](fold(node.left), fold(node.comparators[0]))
        if isinstance(node, ast.IfExp):
            return fold(node.body if fold(node.test) else node.orelse)
        if isinstance(node, ast.Subscript):
            return fold(node.value)[fold(node.slice)]
        if isinstance(node, ast.Slice):
            return slice(*(fold(part) if part else None for part in (node.lower, node.upper, node.step)))
        if isinstance(node, ast.JoinedStr):
            return "".join(str(fold(part)) for part in node.values)
        if isinstance(node, ast.FormattedValue):
            text = fold(node.format_spec) if node.format_spec else ""
            return format(fold(node.value), text if len(text) < 4 else "")
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            return self.listed(node, bindings, depth)
        if isinstance(node, ast.Call):
            return self.called(node, bindings, depth)
        raise Unknown

    def named(self, name, depth):
        values = self.assigned.get(name, [])
        if len(values) != 1:
            raise Unknown
        return self.fold(values[0], {}, depth)

    def computed(self, how, left, right):
        if isinstance(how, ast.Mod) and isinstance(left, (str, bytes)):
            check_widths(left)
            return left % (tuple(right) if isinstance(right, list) else right)
        if isinstance(how, ast.Mod):
            return left % right
        if isinstance(how, ast.Mult):
            sizes = [len(side) if hasattr(side, "__len__") else abs(side) for side in (left, right)]
            if sizes[0] * sizes[1] > LONGEST**2:
                raise Unknown
            return left * right
        if isinstance(how, ast.Add) and isinstance(left, (list, tuple)):
            return [*left, *right]
        return BINARY[type(how)](left, right)

    def listed(self, node, bindings, depth):
        found = [bindings]
        for part in node.generators:
            found = [inner for one in found for inner in self.bound(part, one, depth)]
        return [self.fold(node.elt, one, depth) for one in found]

    def bound(self, part, bindings, depth):
        items = self.fold(part.iter, bindings, depth)
        for item in list(items)[:LONGEST]:
            inner = {**bindings, **names_of(part.target, item)}
            if all(self.fold(test, inner, depth) for test in part.ifs):
                yield inner

    def called(self, node, bindings, depth):
        if node.keywords and not all(word.arg in ("errors", "encoding", "byteorder", "key") for word in node.keywords):
            raise Unknown
        name = getattr(node.func, "id", None)
        if name == "map" and len(node.args) == 2:
            return [self.applied(node.args[0], [item], bindings, depth) for item in self.fold(node.args[1], bindings, depth)]
        args = [inner for part in node.args for inner in self.arguments(part, bindings, depth)]
        if isinstance(node.func, ast.Attribute):
            return self.method(node, args, bindings, depth)
        if name == "range":
            return list(range(*args)[:LONGEST])
        return self.applied(node.func, args, bindings, depth)

    def arguments(self, part, bindings, depth):
        if isinstance(part, ast.Starred):
            return self.fold(part.value, bindings, depth)
        return [self.fold(part, bindings, depth)]

    def applied(self, function, args, bindings, depth):
        name = getattr(function, "id", None)
        own = function if isinstance(function, ast.Lambda) else self.functions.get(name)
        if own is not None:
            names = dict(zip([one.arg for one in own.args.posonlyargs + own.args.args], args))
            body = own.body if isinstance(own, ast.Lambda) else own.body[-1].value
            return self.fold(body, {**(bindings if isinstance(own, ast.Lambda) else {}), **names}, depth)
        if name in ("bytes", "bytearray", "range") and isinstance(args[0], int):
            raise Unknown
        if name is None and isinstance(function, ast.Attribute):
            return self.from_module(function, args)
        return FUNCTIONS[name](*args)

    def from_module(self, function, args):
        if function.attr == "fromhex":
            return bytes.fromhex(*args)
        if function.attr == "from_bytes":
            return int.from_bytes(*args)
        if function.attr == "maketrans":
            return str.maketrans(*args)
        return FROM_MODULES[function.attr](*args)

    def method(self, node, args, bindings, depth):
        name = node.func.attr
        root = getattr(node.func.value, "id", None)
        if name in FROM_MODULES or (root in ("bytes", "bytearray", "int", "str") and root not in bindings):
            return self.from_module(node.func, args)
        value = self.fold(node.func.value, bindings, depth)
        if name in ("get", "__getitem__") and isinstance(value, dict):
            return value[args[0]]
        allowed = METHODS[type(value)]
        if name not in allowed or (name == "to_bytes" and args[0] > LONGEST):
            raise Unknown
        if name == "format":
            check_widths(value)
        return getattr(value, name)(*args)


def check_widths(template):
    """A text of a given width would be as long as anyone likes."""
    if re.search(r"\d{3}" if isinstance(template, str) else rb"\d{3}", template):
        raise Unknown


def texts_of(tree):
    """The texts of a program and those that it puts together, as [line, column, text], and its lists of numbers."""
    constants, texts, codes, done = Constants(tree), [], [], set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr) or isinstance(node, ast.Name) or id(node) in done:
            continue
        value = node.value if isinstance(node, ast.Constant) else constants.value_of(node)
        if isinstance(value, bytes):
            codes.append([node.lineno, node.col_offset, list(value)])
        if isinstance(value, (str, bytes)):
            # What it is made of stands in it, whichever way it is made: only its constants are read beside it.
            done |= {id(part) for part in ast.walk(node) if not isinstance(part, ast.Constant)}
            texts.append([node.lineno, node.col_offset, plain(value)])
        elif isinstance(value, list) and len(value) >= LEAST_CODES and all(type(one) is int for one in value):
            codes.append([node.lineno, node.col_offset, [one for one in value if abs(one) < 0x110000]])
    return sorted(texts), sorted(codes)


def plain(text):
    # A lone surrogate has no place in JSON that another program reads.
    return text.decode("latin-1") if isinstance(text, bytes) else text.encode("utf-8", "replace").decode()


def names_of(target, item):
    if isinstance(target, ast.Name):
        return {target.id: item}
    if isinstance(target, (ast.Tuple, ast.List)):
        return {name: value for part, one in zip(target.elts, item) for name, value in names_of(part, one).items()}
    raise Unknown
