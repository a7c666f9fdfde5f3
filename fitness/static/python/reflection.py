"""Ways to attributes, classes and code by means of the language that no name of a module shows."""

import ast
import functools

import rules
from names import LANGUAGE
from syntax import fold

TYPE_EXPRESSIONS = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Load,
    ast.Expression, ast.Starred, ast.UnaryOp, ast.USub,
)  # fmt: skip
# Calls that make a class which another one may build on.
CLASS_MAKERS = {("collections", "namedtuple"), ("typing", "NamedTuple"), ("typing", "TypedDict"), ("typing", "NewType")}


def is_dunder(name):
    return name.startswith("__") and name.endswith("__")


class Reflection:
    """The part of a scan that knows no module; expects `tree`, `names`, `report` and `path_of`."""

    def check_reflection(self):
        for node in ast.walk(self.tree):
            if isinstance(node, ast.MatchClass):
                self.check_pattern(node)
            elif isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
                self.check_annotation(node.annotation)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
                self.check_annotation(node.returns)
            elif isinstance(node, ast.Attribute) and node.attr == "format":
                self.check_format(node)
            for name in written_names(node):
                if name in rules.WAYS_OUT:
                    self.report(node, f'names something "{name}", as a way out of the tool is called')

    def check_pattern(self, node):
        """`case Kind(x)` reads attributes that a class names: of classes that stand in the source, and no others."""
        for name in node.kwd_attrs:
            if is_dunder(name) or rules.HIDDEN_ATTRIBUTES.match(name) or name.startswith("_"):
                self.report(node, f'reaches "{name}", by which every object can be changed')
        kind = node.cls
        is_plain = isinstance(kind, ast.Name) and (kind.id in self.classes or kind.id in LANGUAGE)
        if node.patterns and not is_plain and self.path_of(kind) is None:
            self.report(node, "matches a class that is not written down as one")

    def check_class(self, node):
        for base in node.bases:
            root = base.value if isinstance(base, ast.Subscript) else base
            if isinstance(root, ast.Name) and root.id == "type":
                self.report(node, "uses a metaclass")
            if isinstance(root, ast.Call) and self.path_of(root.func) not in CLASS_MAKERS:
                self.report(node, "builds on a class that a call makes; write the class")
            elif isinstance(root, ast.Name) and not self.is_class(root):
                self.report(node, f'builds on "{root.id}", which is not written down as a class')
        if any(isinstance(part, (ast.Import, ast.ImportFrom)) for part in node.body):
            self.report(node, "imports inside a class; import at the top of the module")

    def is_class(self, name):
        return name.id in self.classes | self.made or name.id in LANGUAGE or self.path_of(name) is not None

    @functools.cached_property
    def classes(self):
        return {node.name for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)}

    @functools.cached_property
    def made(self):
        """Names of classes that a call makes which may, such as a named tuple."""
        return {
            target.id
            for statement in ast.walk(self.tree)
            if isinstance(statement, ast.Assign) and isinstance(statement.value, (ast.Call, ast.Subscript))
            for target in statement.targets
            if isinstance(target, ast.Name) and self.makes_class(statement.value)
        }

    def makes_class(self, value):
        root = value.func if isinstance(value, ast.Call) else value.value
        return self.path_of(root) in CLASS_MAKERS or (isinstance(value, ast.Subscript) and self.path_of(root) is not None)

    def check_annotation(self, node):
        """An annotation may be text, and text may be evaluated: it holds a type and nothing else."""
        todo = [node]
        while todo:
            part = todo.pop()
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                try:
                    todo.append(ast.parse(part.value.strip(), mode="eval").body)
                except SyntaxError:
                    continue
            elif not isinstance(part, TYPE_EXPRESSIONS):
                self.report(node, "has an annotation that is more than a type")
                return
            else:
                if isinstance(part, ast.Attribute) and (is_dunder(part.attr) or part.attr in rules.FORBIDDEN_MEMBERS):
                    self.report(node, f'reaches "{part.attr}" in an annotation')
                    return
                todo.extend(ast.iter_child_nodes(part))

    def check_format(self, node):
        """A text that formats reads attributes by its own letters: they stand in the source."""
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return
        text = fold(node.value, self.names.constants)
        if text is None:
            if self.path_of(node) is None:
                self.report(node, "formats by a text that does not stand in the source; write an f-string")
        elif rules.HIDDEN_FIELD.search(text):
            self.report(node, "reaches attributes by a format of text")

    def check_private(self, node):
        name = node.attr
        if not name.startswith("_") or is_dunder(name) or name in rules.NAMED_TUPLE:
            return
        if name not in self.own_private:
            self.report(node, f'reaches "{name}", which is private to something else')

    @functools.cached_property
    def own_private(self):
        """Private names that the tool itself defines: in a class, or on `self`."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.add(node.name)
            elif isinstance(node, ast.ClassDef):
                found.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
        return found

    def check_call(self, node):
        path = self.path_of(node.func)
        is_plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
        if path == ("functools", "wraps") and not is_plain:
            self.report(node, "copies attributes by their names; give functools.wraps the function alone")
        inner = node.func
        if isinstance(inner, ast.Call) and getattr(inner.func, "id", "") == "type":
            argument = inner.args[0] if inner.args else None
            if not (isinstance(argument, ast.Name) and argument.id in ("self", "cls")):
                self.report(node, "calls the type of a value; write the class")
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if self.path_of(argument) == ("functools", "wraps"):
                self.report(node, "hands on functools.wraps; write the decorator")
            elif isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == getattr(inner, "id", None) == "type":
                self.report(node, "takes the type of a type")


def written_names(node):
    """Names that a node writes down where something could read them as attributes."""
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.keyword):
        return [node.arg] if node.arg else []
    if isinstance(node, ast.Name):
        return [node.id]
    return [node.name] if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else []
