"""Syntax trees of Python, and what they say by themselves."""

import ast
import io
import re
import tokenize

MAX_DEPTH = 150

SUPPRESSION = re.compile(
    r"#\s*(type:\s*ignore|noqa\b|pragma:\s*no\s?(?:cover|mutate)|pylint:\s*(?:disable|skip)|mypy:\s*ignore"
    r"|pyright:\s*ignore|ruff:\s*noqa|flake8[:=]\s*noqa|fmt:\s*off)",
    re.I,
)


# https://peps.python.org/pep-0263/
ENCODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def parse(source):
    """The tree, or the finding that says why there is none."""
    for number, line in enumerate(re.split(r"\r\n?|\n", source)[:2], start=1):
        found = ENCODING.match(line)
        if found and found.group(1).lower().replace("_", "-") not in ("utf-8", "utf8", "ascii", "us-ascii"):
            return None, [number, f'says that it is written in "{found.group(1)}"; write UTF-8 and leave the line out']
    try:
        tree = ast.parse(source)
        compile(source, "tool", "exec", dont_inherit=True)
    except SyntaxError as error:
        return None, [error.lineno or 1, f"is not Python: {error.msg}"]
    except (RecursionError, MemoryError, ValueError) as error:
        return None, [1, f"is not Python: {error or 'nests too deep'}"]
    if depth_of(tree) > MAX_DEPTH:
        return None, [1, f"nests more than {MAX_DEPTH} levels deep"]
    return tree, None


def depth_of(tree):
    level, depth = [tree], 0
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def suppressions(source):
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            match = SUPPRESSION.search(token.string)
            if match:
                found.append([token.start[0], f'switches a check off with "{match.group(1)}"; mend what it complains about'])
    return found


def fold(node, bindings, depth=0):
    """The text that an expression is, where the source alone says it."""
    if depth > 40:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and len(node.value) <= 400 else None
    if isinstance(node, ast.Name):
        return bindings.get(node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = fold(node.left, bindings, depth + 1), fold(node.right, bindings, depth + 1)
        return left + right if left is not None and right is not None and len(left + right) <= 400 else None
    if isinstance(node, ast.JoinedStr):
        parts = [fold(part.value if isinstance(part, ast.FormattedValue) else part, bindings, depth + 1) for part in node.values]
        return "".join(parts)[:400] if all(part is not None for part in parts) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        glue = fold(node.func.value, bindings, depth + 1)
        items = node.args[0].elts if len(node.args) == 1 and isinstance(node.args[0], (ast.List, ast.Tuple)) else None
        parts = [fold(item, bindings, depth + 1) for item in items] if items is not None else [None]
        return glue.join(parts)[:400] if glue is not None and all(part is not None for part in parts) else None
    return None
