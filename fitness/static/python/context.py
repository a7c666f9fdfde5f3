"""What a tool uses of ctx, the second argument of run: followed into functions that it is passed to."""

import ast
import re

import rules
from syntax import fold


def follow_context(scan, run, parameter):
    """Notes every use; tells whether ctx goes to where its use cannot be followed."""
    functions = {node.name: node for node in scan.tree.body if isinstance(node, ast.FunctionDef)}
    calls = {id(node.func): node for node in ast.walk(scan.tree) if isinstance(node, ast.Call)}
    opaque, todo, visited = False, [(run, parameter, "ctx")], set()
    while todo:
        function, name, subject = todo.pop()
        if (function.name, name, subject) in visited:
            continue
        visited.add((function.name, name, subject))
        use = ContextUse(scan, calls, (name, subject))
        nodes = list(ast.walk(function))
        for node in nodes:
            use.look(node)
        for alias in use.aliases:
            todo.append((function, alias, "ctx.files"))
        for call in (node for node in nodes if isinstance(node, ast.Call)):
            target = functions.get(getattr(call.func, "id", None))
            for at, argument in enumerate(call.args if target is not None else []):
                if isinstance(argument, ast.Name) and argument.id == name and at < len(target.args.args):
                    use.handled.add(id(argument))
                    todo.append((target, target.args.args[at].arg, subject))
        opaque = opaque or any(id(node) not in use.handled for node in nodes if use.is_subject(node))
    return opaque


class ContextUse:
    """Uses of one name in one function."""

    def __init__(self, scan, calls, name):
        self.scan, self.calls = scan, calls
        self.name, self.subject = name
        self.handled, self.aliases = set(), []

    def is_subject(self, node):
        return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == self.name

    def look(self, node):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = node.value
            if self.subject == "ctx" and isinstance(value, ast.Attribute) and value.attr == "files":
                if self.is_subject(value.value):
                    self.aliases.append(node.targets[0].id)
        if not isinstance(node, ast.Attribute):
            return
        if self.is_subject(node.value):
            self.handled.add(id(node.value))
            if self.subject == "ctx":
                self.member(node)
            else:
                self.file_member(node)
        elif isinstance(node.value, ast.Attribute) and node.value.attr == "files" and self.subject == "ctx":
            if self.is_subject(node.value.value):
                self.file_member(node)

    def member(self, node):
        if node.attr not in rules.CONTEXT:
            parts = ", ".join(sorted(rules.CONTEXT))
            self.scan.report(node, f'reaches "ctx.{node.attr}", which does not exist; ctx has {parts}')
        elif node.attr == "fetch":
            self.scan.use(node, "net", "ctx.fetch", self.host_at(node))
        elif node.attr not in ("log", "files"):
            self.scan.use(node, node.attr, f"ctx.{node.attr}")

    def file_member(self, node):
        capability = rules.FILE_METHODS.get(node.attr)
        if capability is None:
            self.scan.report(node, f'reaches "ctx.files.{node.attr}", which does not exist')
        else:
            self.scan.use(node, capability, f"ctx.files.{node.attr}")

    def host_at(self, node):
        """The host of a request, where the code names it in place."""
        call = self.calls.get(id(node))
        if call is None or not call.args:
            return None
        first, constants = call.args[0], self.scan.names.constants
        text = fold(first, constants)
        is_whole = text is not None
        while not is_whole and isinstance(first, ast.BinOp):
            first = first.left
        if not is_whole:
            is_format = isinstance(first, ast.JoinedStr) and first.values
            text = fold(first.values[0] if is_format else first, constants)
        found = re.match(r"https?://(?:[^/?#@]*@)?([^/?#:@]+)(.?)", text or "", re.IGNORECASE)
        return found.group(1).lower() if found and (is_whole or found.group(2)) else None
