"""What a tool may not do, and what of its environment it uses."""

import ast
import re

import rules
from context import follow_context
from modules import is_module, is_public, module_of
from names import Names
from reflection import Reflection
from syntax import fold

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
HINTS = {
    "print": "use ctx.log",
    "open": "use ctx.files",
    "getattr": "write the attribute",
    "input": "everything comes with args",
}


def is_dunder(name):
    return name.startswith("__") and name.endswith("__")


class ToolScan(Reflection, ast.NodeVisitor):
    def __init__(self, tree):
        self.tree, self.names = tree, Names(tree)
        self.findings, self.uses, self.opaque = [], [], False
        # What of the module runs code of the tool when it is called.
        self.picked = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        self.callable = {node.name for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}

    def scan(self):
        self.visit(self.tree)
        self.check_names()
        self.check_modules()
        self.check_reflection()
        self.check_module()

    def report(self, node, message):
        self.findings.append([getattr(node, "lineno", 1), message])

    def use(self, node, capability, what, host=None):
        self.uses.append([capability, what, getattr(node, "lineno", 1), host])

    # Imports

    def visit_Import(self, node):
        for alias in node.names:
            self.check_import(node, alias.name)

    def visit_ImportFrom(self, node):
        if node.level or node.module is None:
            self.report(node, "imports by a relative name")
            return
        self.check_import(node, node.module)
        for alias in node.names:
            if alias.name == "*":
                self.report(node, f'imports everything from "{node.module}"; name what is needed')
            else:
                self.check_path(node, (*node.module.split("."), alias.name))

    def check_import(self, node, module):
        if module not in rules.IMPORTS:
            self.report(node, f'imports "{module}", which its contract does not name')
        elif module in rules.NEEDS and module != "time":
            self.use(node, rules.NEEDS[module], f"the module {module}")

    def check_path(self, node, path):
        """Judges members of modules, such as ("datetime", "datetime", "now")."""
        module = module_of(path)
        for at, member in enumerate(path[1:], start=1):
            is_private = member.startswith("_") and not is_dunder(member)
            is_own = at == len(module) and not is_public(".".join(module), member)
            if member in rules.FORBIDDEN_MEMBERS or is_private or is_own:
                self.report(node, f'reaches "{".".join(path[: at + 1])}", which its contract does not name')
                break
        # Wherever the module came from: calendar.datetime is datetime.
        if len(path) > 2 and path[-1] in rules.TELLING_TIME:
            self.use(node, "clock", ".".join(path))
        if path[0] == "time" and len(path) > 1 and path[1] not in rules.FREE_TIME:
            self.use(node, "clock", ".".join(path[:2]))
        for needed, capability in rules.MEMBER_NEEDS.items():
            if path[: len(needed)] == needed:
                self.use(node, capability, ".".join(needed))

    def check_modules(self):
        """A module is there to pick from: handed on, nothing would tell any more what is picked."""
        for node in ast.walk(self.tree):
            path = self.path_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
            if path is not None and id(node) not in self.picked and is_module(path):
                self.report(node, f'hands on the module "{".".join(path)}"; write {path[-1]}.NAME where it is used')
            is_attribute = path is None and isinstance(node, ast.Attribute)
            if is_attribute and node.attr in rules.TELLING_TIME and self.knows("datetime", "calendar"):
                if getattr(node.value, "attr", "") != "clock":
                    self.use(node, "clock", f".{node.attr}")
            if isinstance(node, ast.Attribute) and self.knows(rules.HIDDEN_CHANCE.get(node.attr, "")):
                self.use(node, "random", f".{node.attr}")

    def knows(self, *modules):
        return any(path[0] in modules for path in self.names.imports.values())

    # Names

    def check_names(self):
        for node in self.names.free:
            name = node.id
            if self.names.is_module_only(name) or name in rules.BUILTINS or rules.EXCEPTIONS.match(name):
                continue
            if name in self.names.module:
                self.report(node, f'reads "{name}", which the language defines as well; give it another name')
                continue
            hint = f"; {HINTS[name]}" if name in HINTS else ""
            self.report(node, f'reaches "{name}", which its contract does not name{hint}')

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store) and is_dunder(node.id) and node.id not in rules.DUNDERS:
            self.report(node, f'defines "{node.id}", which the language reads by itself')

    # Members

    def visit_Attribute(self, node):
        name = node.attr
        if is_dunder(name) and not self.is_harmless_dunder(node):
            self.report(node, f'reaches "{name}", by which every object can be changed')
        elif rules.HIDDEN_ATTRIBUTES.match(name):
            self.report(node, f'reaches "{name}", which leads out of the tool')
        self.check_private(node)
        path = self.path_of(node)
        if path is not None:
            self.check_path(node, path)
            if isinstance(node.ctx, (ast.Store, ast.Del)):
                self.report(node, f'changes "{".".join(path)}", which it imports')
        self.generic_visit(node)

    def is_harmless_dunder(self, node):
        if node.attr in ("__name__", "__doc__"):
            return True
        is_super = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "super"
        return is_super and node.attr in rules.DUNDERS

    def path_of(self, node):
        """Where a chain of attributes of an import begins."""
        chain = []
        while isinstance(node, ast.Attribute):
            chain.append(node.attr)
            node = node.value
        origin = self.names.origins.get(id(node)) if isinstance(node, ast.Name) else None
        return None if origin is None else (*origin, *reversed(chain))

    # Expressions

    def visit_Call(self, node):
        if getattr(node.func, "id", None) == "type" and len(node.args) != 1:
            self.report(node, "makes a class by a call of type; write the class")
        self.check_pieces(node)
        self.check_call(node)
        self.generic_visit(node)

    def visit_BinOp(self, node):
        self.check_pieces(node)
        self.generic_visit(node)

    def visit_JoinedStr(self, node):
        self.check_pieces(node)
        self.generic_visit(node)

    def check_pieces(self, node):
        word = fold(node, self.names.constants)
        if word is not None and rules.HIDDEN_WORDS.match(word):
            self.report(node, f'puts the word "{word}" together from pieces')

    # Statements

    def visit_FunctionDef(self, node):
        if is_dunder(node.name) and node.name not in rules.DUNDERS:
            self.report(node, f'defines "{node.name}", which the language calls by itself')
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        for keyword in node.keywords:
            if keyword.arg == "metaclass":
                self.report(node, "uses a metaclass")
        self.check_class(node)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node):
        is_wide = node.type is None or getattr(node.type, "id", "") in ("BaseException", "Exception")
        if is_wide and len(node.body) == 1 and isinstance(node.body[0], (ast.Pass, ast.Continue)):
            self.report(node, "swallows every error; give a result or raise a failure of the contract")
        self.generic_visit(node)

    # The module as a whole

    def check_module(self):
        for statement in self.tree.body:
            if not self.is_declaration(statement):
                self.report(statement, "does something while it is loaded; move it into run")
        found = [node for node in self.tree.body if isinstance(node, FUNCTIONS) and node.name == "run"]
        parameters = [] if not found else found[-1].args.posonlyargs + found[-1].args.args
        if not found:
            self.report(self.tree, 'does not define "run"')
        elif isinstance(found[-1], ast.AsyncFunctionDef):
            self.report(found[-1], 'defines "run" as async; write "def run(args, ctx)"')
        elif len(parameters) != 2:
            self.report(found[-1], 'defines "run" without its two parameters; write "def run(args, ctx)"')
        else:
            self.opaque = follow_context(self, found[-1], parameters[1].arg)

    def is_declaration(self, node):
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
            return True
        if isinstance(node, FUNCTIONS):
            defaults = node.args.defaults + [default for default in node.args.kw_defaults if default]
            return all(self.is_value(default) for default in defaults)
        if isinstance(node, ast.ClassDef):
            return all(self.is_value(base) for base in node.bases) and all(map(self.is_declaration, node.body))
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            are_names = all(isinstance(target, (ast.Name, ast.Tuple)) for target in targets)
            return are_names and (node.value is None or self.is_value(node.value))
        return False

    def is_value(self, value):
        """Whether making it runs no function of the tool."""
        for node in ast.walk(value):
            if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
                return False
            root = node.func if isinstance(node, ast.Call) else None
            while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
                root = root.func if isinstance(root, ast.Call) else root.value
            if isinstance(root, ast.Lambda) or (isinstance(root, ast.Name) and root.id in self.callable):
                return False
        return True
