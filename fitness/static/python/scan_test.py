"""What keeps the tests of a tool from being tests."""

import ast
import re

import rules
from names import Names

IMPORTS = rules.IMPORTS | {"pytest", "hypothesis", "hypothesis.strategies", "tool", "unittest"}
BUILTINS = rules.BUILTINS | {"print", "getattr", "setattr", "dir", "vars", "memoryview"}
LEAVING_OUT = re.compile(r"^(?:skip\w*|xfail|importorskip|expectedFailure)$")
READING = {"__file__", "__code__", "__loader__", "__globals__", "__builtins__", "getsource", "patch", "mock"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class TestScan(ast.NodeVisitor):
    def __init__(self, tree):
        self.tree, self.names = tree, Names(tree)
        self.findings, self.uses, self.opaque = [], [], True
        self.functions = {node.name: node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}
        self.from_tool = {name for name, path in self.names.imports.items() if path[0] == "tool"}

    def scan(self):
        self.visit(self.tree)
        self.check_names()
        self.check_tests()

    def report(self, node, message):
        self.findings.append([getattr(node, "lineno", 1), message])

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name not in IMPORTS:
                self.report(node, f'imports "{alias.name}"; a test imports the tool, pytest and hypothesis')

    def visit_ImportFrom(self, node):
        # What a test makes a ctx of; the rest of that module makes code.
        is_namespace = node.module == "types" and all(alias.name == "SimpleNamespace" for alias in node.names)
        if node.module not in IMPORTS and not is_namespace:
            self.report(node, f'imports "{node.module}"; a test imports the tool, pytest and hypothesis')
        for alias in node.names:
            if LEAVING_OUT.match(alias.name):
                self.report(node, f"leaves tests out by {alias.name}")

    def visit_Attribute(self, node):
        if LEAVING_OUT.match(node.attr):
            self.report(node, f"leaves tests out by {node.attr}")
        if node.attr in READING:
            self.report(node, f'reaches "{node.attr}"; test what the tool does')
        self.generic_visit(node)

    def visit_Assert(self, node):
        if is_always_true(node.test):
            self.report(node, "asserts what is always true")
        self.generic_visit(node)

    def check_names(self):
        for node in self.names.free:
            name = node.id
            if name in self.names.module or name in BUILTINS or rules.EXCEPTIONS.match(name):
                continue
            self.report(node, f'reaches "{name}", which no test needs')

    def check_tests(self):
        if not self.from_tool:
            self.report(self.tree, "does not import the tool")
        tests = [node for name, node in self.functions.items() if name.startswith("test")]
        if not tests:
            self.report(self.tree, "holds no test")
        asks = False
        for test in tests:
            asserts, names = self.reach(test, set())
            asks = asks or bool(names & self.from_tool)
            if not asserts:
                self.report(test, f'the test "{test.name}" asserts nothing')
        if tests and self.from_tool and not asks:
            self.report(self.tree, "never calls the tool in a test")

    def reach(self, function, visited):
        """Whether a function asserts anything, and the names that it reads; functions that it calls included."""
        if function.name in visited:
            return False, set()
        visited.add(function.name)
        asserts, names = False, set()
        for node in ast.walk(function):
            if isinstance(node, ast.Assert):
                asserts = True
            elif isinstance(node, ast.Attribute) and (node.attr == "raises" or node.attr.startswith("assert")):
                asserts = True
            elif isinstance(node, ast.Name):
                names.add(node.id)
                asserts = asserts or self.names.imports.get(node.id) == ("pytest", "raises")
                if node.id in self.functions:
                    deeper, more = self.reach(self.functions[node.id], visited)
                    asserts, names = asserts or deeper, names | more
        return asserts, names


def is_always_true(test):
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Tuple):
        return bool(test.elts)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    left, right = test.left, test.comparators[0]
    is_reflexive = isinstance(test.ops[0], (ast.Eq, ast.Is, ast.LtE, ast.GtE))
    # Two calls of one tool that give the same are a test of whether it is deterministic.
    has_call = any(isinstance(node, ast.Call) for node in ast.walk(left))
    return is_reflexive and not has_call and ast.dump(left) == ast.dump(right)
