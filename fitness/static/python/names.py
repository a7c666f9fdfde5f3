"""Which names mean something of the module, and which mean something of the language."""

import ast
import builtins

from syntax import fold

LANGUAGE = set(dir(builtins))
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_by(node):
    """The names that one node binds in the scope that it stands in."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return [node.id]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return [node.name] if node.name else []
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else []
    return []


def names_in(nodes):
    """What the nodes bind, without what functions, classes and comprehensions among them bind inside."""
    names, outer, todo = set(), set(), list(nodes)
    while todo:
        node = todo.pop()
        names.update(bound_by(node))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
        if isinstance(node, COMPREHENSIONS):
            # `:=` binds in the function around it.
            names.update(part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
        elif not isinstance(node, SCOPES):
            todo.extend(ast.iter_child_nodes(node))
    return names - outer


def imported_in(nodes):
    """The names that imports bind in these statements, however deep they stand in one scope."""
    names, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(bound_by(node))
        elif not isinstance(node, SCOPES):
            todo.extend(ast.iter_child_nodes(node))
    return names


def parameters(arguments):
    every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs + [arguments.vararg, arguments.kwarg]
    return {argument.arg for argument in every if argument is not None}


class Names(ast.NodeVisitor):
    """Collects every name that is read and that no function binds, and what the imports stand for."""

    def __init__(self, tree):
        self.module = names_in(tree.body)
        self.scopes = []
        # What an import stands for, by the node that reads it.
        self.origins = {}
        # Nodes that read a name of the module or of the language.
        self.free = []
        self.imports, self.constants, assigned = {}, {}, set()
        for statement in ast.walk(tree):
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    name = alias.asname or alias.name.split(".")[0]
                    self.imports[name] = tuple((alias.name if alias.asname else name).split("."))
            elif isinstance(statement, ast.ImportFrom):
                for alias in statement.names:
                    path = tuple((statement.module or "").split("."))
                    self.imports[alias.asname or alias.name] = (*path, alias.name)
            elif isinstance(statement, ast.Name) and isinstance(statement.ctx, ast.Store):
                # A name that is bound twice is not a constant.
                self.constants.pop(statement.id, None)
                if statement.id in assigned:
                    self.constants[statement.id] = None
                assigned.add(statement.id)
        for statement in ast.walk(tree):
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, ast.Name) and target.id not in self.constants:
                    self.constants[target.id] = fold(statement.value, self.constants)
        self.visit(tree)

    def is_module_only(self, name):
        """Whether the module binds it and the language does not: a name of both may mean either."""
        return name in self.module and name not in LANGUAGE

    def visit_Name(self, node):
        if not isinstance(node.ctx, ast.Load):
            return
        bound = next((imported for names, imported in reversed(self.scopes) if node.id in names), None)
        if bound is None:
            self.free.append(node)
        if bound is None or node.id in bound:
            self.origins[id(node)] = self.imports.get(node.id)

    def inside(self, names, nodes):
        nodes = list(nodes)
        self.scopes.append((names, imported_in(nodes)))
        for node in nodes:
            self.visit(node)
        self.scopes.pop()

    def visit_FunctionDef(self, node):
        enclosing = node.decorator_list + node.args.defaults + [default for default in node.args.kw_defaults if default]
        for part in enclosing:
            self.visit(part)
        self.inside(parameters(node.args) | names_in(node.body), node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        for part in node.args.defaults + [default for default in node.args.kw_defaults if default]:
            self.visit(part)
        self.inside(parameters(node.args), [node.body])

    def visit_ClassDef(self, node):
        for part in node.decorator_list + node.bases + [keyword.value for keyword in node.keywords]:
            self.visit(part)
        # Methods do not see what the class binds; the class itself falls back on the language.
        own = names_in(node.body) - LANGUAGE
        for part in node.body:
            if isinstance(part, SCOPES):
                self.visit(part)
            else:
                self.inside(own, [part])

    def visit_comprehension_scope(self, node):
        names = set()
        for generator in node.generators:
            names |= names_in([generator.target])
        self.inside(names, ast.iter_child_nodes(node))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_comprehension_scope
