"""As typescript-watched.ts: puts into a Python program what tells the ways that it goes."""

import ast
import copy

MARK = "__org_told_here__"
CHANGING = {
    "strip", "lstrip", "rstrip", "replace", "translate", "removeprefix", "removesuffix", "expandtabs", "sub",
}
WRAPPING = (ast.Mod, ast.BitAnd, ast.BitOr, ast.RShift)
PLAIN = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def watched(tree, reporter):
    """The program with MARK where what tells is put in, and its points."""
    tree = copy.deepcopy(tree)
    watcher = Watcher(reporter)
    tree = watcher.visit(tree)
    at = 0
    while at < len(tree.body) and is_first(tree.body[at]):
        at += 1
    tree.body.insert(at, ast.Expr(ast.Name(MARK, ast.Load())))
    return {"source": ast.unparse(ast.fix_missing_locations(tree)), "places": watcher.points}


def is_first(node):
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


class Watcher(ast.NodeTransformer):
    def __init__(self, reporter):
        self.reporter, self.points = reporter, []

    def reporting(self, kind, node, *arguments):
        text = " ".join(ast.unparse(node).split())
        ways, is_named = rules_of(kind, node)
        point = {"line": getattr(node, "lineno", 1), "text": text, "kind": kind}
        self.points.append({**point, "ways": ways, "isNamed": is_named})
        index = ast.Constant(len(self.points) - 1)
        return ast.Call(ast.Name(f"{self.reporter}_{kind}", ast.Load()), [index, *arguments], [])

    def condition(self, node):
        """A comparison tells by itself."""
        if isinstance(node, ast.Compare):
            return self.visit(node)
        original = copy.deepcopy(node)
        inner = self.joined(node) if isinstance(node, ast.BoolOp) else self.visit(node)
        return self.reporting("condition", original, inner)

    def with_test(self, node):
        node.test = self.condition(node.test)
        for field in ("body", "orelse"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                setattr(node, field, [self.visit(one) for one in inner])
            elif inner is not None:
                setattr(node, field, self.visit(inner))
        return node

    visit_If = visit_IfExp = visit_While = with_test

    def visit_comprehension(self, node):
        node.iter = self.visit(node.iter)
        node.ifs = [self.condition(one) for one in node.ifs]
        return node

    def visit_Compare(self, node):
        original = copy.deepcopy(node)
        return self.reporting("condition", original, self.generic_visit(node))

    def visit_BoolOp(self, node):
        node.values = [*(self.condition(one) for one in node.values[:-1]), self.visit(node.values[-1])]
        return node

    def joined(self, node):
        """Where only its truth counts, its last part tells as well; elsewhere that may be the value itself."""
        node.values = [self.joined(one) if isinstance(one, ast.BoolOp) else self.condition(one) for one in node.values]
        return node

    def entered(self, node, original):
        original = copy.deepcopy(original)
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(self.reporting("entry", original)))
        return node

    def visit_match_case(self, node):
        return self.entered(node, node.body[0])

    def visit_ExceptHandler(self, node):
        return self.entered(node, node.body[0])

    def changing(self, node, field, holder):
        """`a.strip()` becomes what is done to `a`."""
        original = copy.deepcopy(node)
        self.generic_visit(node)
        value = getattr(holder, field)
        setattr(holder, field, ast.Name(f"{self.reporter}_value", ast.Load()))
        names = ast.arguments([], [ast.arg(f"{self.reporter}_value")], None, [], [], None, [])
        return self.reporting("change", original, value, ast.Lambda(names, node))

    def visit_BinOp(self, node):
        is_text = isinstance(node.left, (ast.JoinedStr, ast.Constant)) and not is_number(node.left)
        if not isinstance(node.op, WRAPPING) or is_text or is_bound(node):
            return self.generic_visit(node)
        return self.changing(node, "left", node)

    def visit_Subscript(self, node):
        if not isinstance(node.slice, ast.Slice) or not isinstance(node.ctx, ast.Load) or is_bound(node):
            return self.generic_visit(node)
        return self.changing(node, "value", node)

    def visit_Call(self, node):
        function = node.func
        is_plain = not node.keywords and not any(isinstance(one, ast.Starred) for one in node.args)
        if isinstance(function, ast.Name) and function.id in ("min", "max") and len(node.args) > 1 and is_plain:
            original = copy.deepcopy(node)
            self.generic_visit(node)
            return self.reporting("choice", original, node.func, *node.args)
        if isinstance(function, ast.Attribute) and changes(node) and not is_bound(node):
            is_sub = function.attr == "sub"
            if not is_sub:
                return self.changing(node, "value", function)
            # The text is the last of what it is called with.
            if is_plain and len(node.args) in (2, 3):
                original = copy.deepcopy(node)
                self.generic_visit(node)
                value, node.args[-1] = node.args[-1], ast.Name(f"{self.reporter}_value", ast.Load())
                names = ast.arguments([], [ast.arg(f"{self.reporter}_value")], None, [], [], None, [])
                return self.reporting("change", original, value, ast.Lambda(names, node))
        return self.generic_visit(node)

    def visit_Assert(self, node):
        return node

    def visit_AnnAssign(self, node):
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node):
        node.body = [self.visit(one) for one in node.body]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef


def changes(node):
    # What leaves out or replaces what it cannot write down.
    is_lossy = node.func.attr == "encode" and len(node.args) + len(node.keywords) > 1
    return node.func.attr in CHANGING or is_lossy or any(is_constant(one) for one in node.args)


def is_number(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def is_bound(node):
    """What a function of its own cannot hold."""
    return any(isinstance(one, PLAIN) for one in ast.walk(node))


def rules_of(kind, node):
    """As telling-ways.ts: the ways that a case has to show, and whether the point compares with a value of the program."""
    if kind == "entry":
        return ["reached"], False
    if kind == "change":
        is_harmless = isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Attribute)
        return [] if is_harmless else ["changed"], False
    if kind == "choice":
        return [f"number {index + 1}" for index, one in enumerate(node.args) if is_constant(one)], False
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node = node.operand
    if isinstance(node, ast.BoolOp):
        return [], False
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
    is_presence = any(isinstance(one, ast.Constant) and one.value is None for one in sides)
    is_usual = any(is_small(one) for one in sides) and any(is_plain(one) for one in sides)
    ways = [] if is_presence or is_usual else ["true", "false"]
    called = [*node.args, getattr(node.func, "value", node.func)] if isinstance(node, ast.Call) else []
    return ways, bool(ways) and any(is_naming(one) for one in [*sides, *called])


def is_small(node):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return is_small(node.operand)
    return isinstance(node, ast.Constant) and node.value in (0, 1, "", True, False)


def is_plain(node):
    if isinstance(node, (ast.Subscript, ast.Attribute)):
        return is_plain(node.value)
    is_length = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
    return isinstance(node, ast.Name) or (is_length and all(is_plain(one) for one in node.args))


def is_naming(node):
    if isinstance(node, ast.Name):
        return len(node.id) > 1 and node.id.isupper()
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float)) and not is_small(node)


def is_constant(node):
    if isinstance(node, ast.UnaryOp):
        return is_constant(node.operand)
    if isinstance(node, ast.Call):
        return bool(node.args) and all(is_constant(one) for one in node.args)
    if isinstance(node, ast.BinOp):
        return is_constant(node.left) and is_constant(node.right)
    return is_naming(node) and not (isinstance(node, ast.Constant) and isinstance(node.value, str))
