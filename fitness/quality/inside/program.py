"""Takes a Python program apart in the sandbox: its mutants, stubs, a twin, and the literals in it."""

import ast
import copy
import json
import sys

from relaxed import wider
from watched import watched

COMPARE = {
    ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE], ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn], ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot], ast.IsNot: [ast.Is],
}
BINARY = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}
METHODS = {
    "upper": "lower", "lower": "upper", "startswith": "endswith", "endswith": "startswith",
    "find": "rfind", "rjust": "ljust", "ljust": "rjust", "lstrip": "rstrip", "rstrip": "lstrip",
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
OMITTED = {"strip", "title", "capitalize"}
LEAST_VALUES = 8
PARTS_OF_TABLE = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.UnaryOp, ast.unaryop, ast.expr_context)


def main():
    request = json.loads(sys.stdin.read())
    tree = ast.parse(request["source"])
    answer = {
        "nonce": request["nonce"],
        "mutants": list(mutants(tree)),
        "decisions": list(decisions(tree)),
        "relaxed": list(relaxed(tree)),
        "watched": watched(tree, request["reporter"]),
        "stubs": [stub(tree, body) for body in ["raise RuntimeError('stub')", *request["results"]]],
        "twin": "# The same program.\n" + ast.unparse(renamed(tree)) + "\n",
        "literals": sorted({node.value for node in ast.walk(tree) if is_literal(node)}, key=str),
    }
    sys.stdout.write(json.dumps(answer) + "\n")


def is_literal(node):
    return isinstance(node, ast.Constant) and type(node.value) in (str, int, float) and node.value == node.value


def mutants(tree):
    unseen, entries = unseen_nodes(tree), table_entries(tree)
    for node in list(ast.walk(tree)):
        if node in unseen:
            continue
        for change in changes(node):
            before = one_line(node)
            yield {**mutant(tree, node, change, before), "isDoubtful": node in entries}


def relaxed(tree):
    """Each bound wider, one at a time."""
    unseen = unseen_nodes(tree)
    for node in list(ast.walk(tree)):
        if node in unseen:
            continue
        for other in list(wider(node)):
            text = one_line(node)
            changed = mutant(tree, node, becoming(other), text)
            yield {"line": changed["line"], "text": text, "source": changed["source"]}


def table_entries(tree):
    """As table-entries.ts: cases name a few entries of a table, and a mistake in another one tells little of them."""
    found = set()
    for top in tree.body:
        table = top.value if isinstance(top, (ast.Assign, ast.AnnAssign)) else None
        if not isinstance(table, (ast.Dict, ast.List, ast.Tuple, ast.Set)):
            continue
        parts = set(ast.walk(table)) - {table}
        is_plain = all(isinstance(node, PARTS_OF_TABLE) for node in parts)
        if is_plain and sum(isinstance(node, ast.Constant) for node in parts) >= LEAST_VALUES:
            found |= parts
    return found


def mutant(tree, node, change, before):
    """Changes the node in place, writes the program down, and takes the change back."""
    saved = copy.copy(node.__dict__)
    saved_class = node.__class__
    change(node)
    source = ast.unparse(ast.fix_missing_locations(tree))
    after = one_line(node)
    node.__class__ = saved_class
    node.__dict__.clear()
    node.__dict__.update(saved)
    return {"line": getattr(node, "lineno", 1), "change": f"{before} → {after}", "source": source}


def one_line(node):
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:40] + " … " + text[-15:]


def unseen_nodes(tree):
    """Docstrings, annotations and texts of errors: no declared case sees them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module, ast.ClassDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found |= {first, first.value}
        for field in ("annotation", "returns"):
            inner = getattr(node, field, None)
            if inner is not None:
                found |= set(ast.walk(inner))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            # The first argument may be the code; what follows is for people.
            for argument in node.exc.args[1:]:
                found |= set(ast.walk(argument))
            if "." in one_line(node.exc.func) or len(node.exc.args) == 1:
                found |= {inner for inner in ast.walk(node.exc) if isinstance(inner, ast.JoinedStr)}
        if isinstance(node, ast.JoinedStr):
            found |= set(node.values)
    return found


def changes(node):
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in COMPARE.get(type(node.ops[0]), []):
            yield setting("ops", [other()])
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        other = BINARY.get(type(node.op))
        if other:
            yield setting("op", other())
    elif isinstance(node, ast.BoolOp):
        yield setting("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield becoming(node.operand)
    elif isinstance(node, ast.If):
        yield setting("test", ast.Constant(True))
        yield setting("test", ast.Constant(False))
    elif isinstance(node, ast.While):
        yield setting("test", ast.Constant(False))
    elif isinstance(node, ast.IfExp):
        yield setting("test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and node.value is not None:
        yield setting("value", ast.Constant(None))
    elif isinstance(node, (ast.Expr, ast.AugAssign)):
        yield becoming(ast.Pass())
    elif isinstance(node, ast.Constant):
        yield from constants(node)
    elif isinstance(node, ast.List) and node.elts and isinstance(node.ctx, ast.Load):
        yield setting("elts", [])
    elif isinstance(node, ast.Call):
        yield from calls(node)


def constants(node):
    if isinstance(node.value, bool):
        yield setting("value", not node.value)
    elif isinstance(node.value, (int, float)):
        yield setting("value", node.value + 1)
    elif isinstance(node.value, str):
        yield setting("value", "" if node.value else "mutated")


def calls(node):
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield setting("func", ast.Name(CALLS[node.func.id], ast.Load()))
    if isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name in METHODS:
            yield setting("func", ast.Attribute(node.func.value, METHODS[name], ast.Load()))
        elif name in OMITTED:
            yield becoming(node.func.value)


def decisions(tree):
    """As typescript-decisions.ts: each condition forced to be true, and to be false."""
    loops = {inner for node in ast.walk(tree) if isinstance(node, ast.While) for inner in ast.walk(node.test)}
    visited = set()
    for node in list(ast.walk(tree)):
        for part, holder, forced in conditions(node):
            if part in loops or part in visited:
                continue
            visited.add(part)
            before, line = ast.unparse(part), getattr(part, "lineno", 1)
            condition_id = f"{line} {getattr(part, 'col_offset', 0)} {before}"
            for to in forced:
                source = mutant(tree, holder, becoming_condition(holder, part, to), "")["source"]
                one = {"line": line, "text": before, "to": to, "place": condition_id, "source": source}
                if isinstance(part, ast.expr):
                    one["probe"] = mutant(tree, holder, becoming_probe(holder, part, to), "")["source"]
                yield one


def conditions(node):
    """Conditions, what holds each of them, and what they can be forced to."""
    if isinstance(node, (ast.If, ast.IfExp)):
        yield node.test, node, (True, False)
    elif isinstance(node, ast.Compare):
        yield node, node, (True, False)
    elif isinstance(node, ast.match_case):
        yield node.pattern, node, (False,)


def becoming_condition(holder, part, to):
    if holder is part:
        return becoming(ast.Constant(to))
    if isinstance(holder, ast.match_case):
        return setting("guard", ast.Constant(False))
    return setting("test", ast.Constant(to))


def becoming_probe(holder, part, to):
    """Fails where the condition is not what it is forced to."""
    fail, value = ast.Name("never_seen", ast.Load()), ast.Constant(to)
    condition = copy.copy(part)
    probe = ast.IfExp(condition, value, fail) if to else ast.IfExp(condition, fail, value)
    return becoming(probe) if holder is part else setting("test", probe)


def setting(field, value):
    return lambda node: setattr(node, field, value)


def becoming(other):
    def change(node):
        node.__class__ = other.__class__
        lines = {key: node.__dict__[key] for key in ("lineno", "col_offset") if key in node.__dict__}
        node.__dict__.clear()
        node.__dict__.update({**other.__dict__, **lines})

    return change


def stub(tree, body):
    changed = copy.deepcopy(tree)
    for node in changed.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "run":
            node.body = ast.parse(body).body if body.startswith("raise") else [ast.Return(json_value(body))]
    return ast.unparse(ast.fix_missing_locations(changed))


def json_value(text):
    return ast.parse(repr(json.loads(text)), mode="eval").body


def renamed(tree):
    """One local variable gets another name, where it is nothing but a variable."""
    changed = copy.deepcopy(tree)
    names = {node.id for node in ast.walk(changed) if isinstance(node, ast.Name)}
    taken = {node.arg for node in ast.walk(changed) if isinstance(node, (ast.arg, ast.keyword))}
    taken |= {name for node in ast.walk(changed) if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    outer = {node.id for top in changed.body if isinstance(top, ast.Assign) for node in ast.walk(top) if isinstance(node, ast.Name)}
    for function in ast.walk(changed):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for node in ast.walk(function):
            is_stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            if is_stored and node.id not in taken | outer and f"{node.id}_renamed" not in names:
                rename(function, node.id)
                return changed
    return changed


def rename(function, name):
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name:
            node.id = f"{name}_renamed"


main()
