"""Runs the program of a model, which lies at the path that is given, in the sandbox.

A program that compiles runs as it is. One that does not is tried once more without what models put
around it. The value of a last expression is shown where nothing was printed, and an error is one line
with the lines of the program that led to it.
"""

import ast
import io
import linecache
import re
import sys
import textwrap
import types

PATH = sys.argv[1]
# So many lines of the program are shown of an error; a recursion has a thousand.
MOST_FRAMES = 5
FENCE = re.compile(r"\s*```[\w+-]*[ \t]*\n(.*?)\n?[ \t]*```\s*", re.DOTALL)
COMPOUND = re.compile(r";[ \t]*(?=(?:async[ \t]+)?(?:with|for|while|if|def|class|try)\b)")

# What the standard library has in place of packages that models ask for.
INSTEAD = {
    "pandas": "use csv and statistics", "numpy": "use math, statistics and lists",
    "scipy": "use math and statistics", "sympy": "use fractions and math",
    "sklearn": "use statistics", "matplotlib": "print a table", "seaborn": "print a table",
    "requests": "there is no network here", "httpx": "there is no network here",
    "aiohttp": "there is no network here", "urllib3": "there is no network here",
    "bs4": "use html.parser", "lxml": "use html.parser or xml.etree.ElementTree",
    "yaml": "read its lines with str.split", "toml": "use tomllib", "tomli": "use tomllib",
    "dateutil": "use datetime", "pytz": "use zoneinfo", "pendulum": "use datetime", "arrow": "use datetime",
    "tabulate": "use str.ljust", "prettytable": "use str.ljust", "rich": "use print",
    "openpyxl": "use zipfile and xml.etree.ElementTree", "regex": "use re", "tqdm": "leave it out",
    "simplejson": "use json", "ujson": "use json", "orjson": "use json", "pytest": "use assert",
    "psutil": "use os", "unidecode": "use unicodedata", "nltk": "use re", "chardet": "try utf-8",
}


class Output(io.TextIOWrapper):
    """Standard output that knows whether anything was written."""

    written = False

    def write(self, text):
        self.written = True
        return super().write(text)


def compiles(source):
    try:
        return ast.parse(source, PATH)
    except (SyntaxError, ValueError):
        return None


def readings(source):
    """The program as it is, then without a fence and an indentation, then with the line ends that it lacks."""
    yield source
    fenced = FENCE.fullmatch(source)
    bare = textwrap.dedent(fenced.group(1) if fenced else source)
    # The first line of a quoted program often lost its indentation, or has one of its own.
    yield bare
    yield bare.lstrip(" \t")
    yield COMPOUND.sub("\n", bare)
    if "\n" not in bare.strip():
        yield bare.replace("\\n", "\n").replace('\\"', '"')


def read_program():
    with open(PATH, encoding="utf-8") as file:
        source = file.read()
    for reading in readings(source):
        tree = compiles(reading)
        if tree is not None:
            return reading, tree
    return source, ast.parse(source, PATH)


def show_error(kind, error, trace):
    # Only lines of the program: those of a library are not the model's to mend.
    frames = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == PATH:
            frames.append(trace.tb_lineno)
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == PATH:
        frames.append(error.lineno)
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    print(f"{kind.__name__}: {text}" if text else kind.__name__, file=sys.stderr)
    for line in list(dict.fromkeys(reversed(frames)))[:MOST_FRAMES]:
        print(f"  line {line}: {linecache.getline(PATH, line).strip()}", file=sys.stderr)
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.split(".")[0]
        instead = INSTEAD.get(package, "use the standard library")
        print(f"No packages can be installed here: {instead}.", file=sys.stderr)


def main():
    sys.excepthook = show_error
    output = Output(sys.stdout.detach(), "utf-8", errors="surrogateescape", write_through=True)
    sys.stdout = sys.__stdout__ = output
    module = types.ModuleType("__main__")
    module.__file__ = PATH
    sys.modules["__main__"] = module
    sys.argv = [PATH]
    source, tree = read_program()
    linecache.cache[PATH] = (len(source), None, source.splitlines(keepends=True), PATH)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    names = module.__dict__
    exec(compile(tree, PATH, "exec", dont_inherit=True), names)
    if last is None:
        return
    value = eval(compile(ast.Expression(last.value), PATH, "eval", dont_inherit=True), names)
    if value is not None and not output.written:
        print(repr(value))


main()
