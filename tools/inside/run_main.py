"""Runs the program of a model, which lies at the path that is given, in the sandbox.

A program that compiles runs as it is. One that does not is tried once more without what models put
around it. The value of a last expression is shown where nothing was printed, and an error is one line
with the lines of the program that led to it.
"""

# Each call of the tool waits for these; what few programs need is imported where they need it.
import ast
import codecs
import importlib
import importlib.machinery
import io
import itertools
import linecache
import os
import re
import reprlib
import sys
import types

PATH = sys.argv[1]
# So many lines of the program are shown of an error; a recursion has a thousand.
MOST_FRAMES = 5
# So many variables are shown of the place where the program failed, each so long.
MOST_VARIABLES = 4
LONGEST_VALUE = 160
# So many places of one program are mended.
MOST_MENDED = 20
# So many files are named where one was asked for that is not there.
MOST_FILES = 12
DATA = (str, int, float, bool, list, tuple, dict, set, type(None))
short = reprlib.Repr()
short.maxlist = short.maxtuple = short.maxset = 2
short.maxdict = 6
short.maxstring = 60
FENCE = r"(?s:\s*```[\w+-]*[ \t]*\n(.*?)\n?[ \t]*```\s*)"
# Lines of JavaScript, shells, and compiled languages.
OTHER_LANGUAGE = (
    r"\s*(?:(?:const|let|var|function|public|private|package|fn|func|#include|use|echo|cat|ls|grep|awk)\s"
    r"|console\.log|System\.out|\$\s|#!.*sh$)")
COMPOUND = r";[ \t]*(?=(?:async[ \t]+)?(?:with|for|while|if|def|class|try)\b)"

# What the standard library has in place of packages that models ask for.
INSTEAD = {
    "pandas": "use csv and statistics", "numpy": "use math, statistics and lists",
    "scipy": "use math and statistics", "sympy": "use fractions and math",
    "sklearn": "use statistics", "matplotlib": "print a table", "seaborn": "print a table",
    "requests": "there is no network here", "httpx": "there is no network here",
    "aiohttp": "there is no network here", "urllib3": "there is no network here",
    "bs4": "use html.parser", "lxml": "use html.parser or xml.etree.ElementTree",
    "yaml": "read its lines with str.split",
    "dateutil": "use datetime", "pytz": "use zoneinfo", "pendulum": "use datetime", "arrow": "use datetime",
    "tabulate": "use str.ljust", "prettytable": "use str.ljust", "rich": "use print",
    "openpyxl": "use zipfile and xml.etree.ElementTree", "tqdm": "leave it out",
    "orjson": "use json", "pytest": "use assert",
    "psutil": "use os", "unidecode": "use unicodedata", "nltk": "use re", "chardet": "try utf-8",
}


EQUIVALENT = {"toml": "tomllib", "tomli": "tomllib", "simplejson": "json", "ujson": "json", "regex": "re"}

# Modules that models use without importing them.
KNOWN = frozenset(("collections csv datetime decimal fractions functools glob hashlib itertools json math operator os"
                   " random re statistics string sys textwrap time unicodedata").split())

# Names of theirs that models use without importing them, by the module that has them.
KNOWN_NAMES = {name: module for module, names in {
    "ast": "literal_eval", "collections": "Counter OrderedDict defaultdict deque namedtuple",
    "dataclasses": "dataclass", "datetime": "date timedelta timezone", "decimal": "Decimal", "fractions": "Fraction",
    "functools": "lru_cache partial reduce", "io": "StringIO",
    "itertools": "accumulate chain combinations groupby pairwise permutations product",
    "math": "ceil factorial floor gcd isqrt lcm pi sqrt", "pathlib": "Path", "pprint": "pprint",
    "statistics": "mean median mode stdev",
}.items() for name in names.split()}


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
    import textwrap
    fenced = re.fullmatch(FENCE, source)
    bare = textwrap.dedent(fenced.group(1) if fenced else source)
    # The first line of a quoted program often lost its indentation, or has one of its own.
    yield bare
    yield bare.lstrip(" \t")
    yield re.sub(COMPOUND, "\n", bare)
    # The end of the object in which the program came, written once too often.
    yield bare.rstrip("}\"'` \t\n")
    if "\n" not in bare.strip():
        yield bare.replace("\\n", "\n").replace('\\"', '"')
    yield mended(bare)


def mended(source):
    """The program with line ends where they belong, as far as that makes it one.

    What a model writes as \\n in JSON is a line end inside of a text by then, and with a line end left out two
    statements stand in one line. A bracket that closes nothing is the end of the object in which the program came.
    A line that is indented like no line around it stands where the nearest of them does: the token of a word has its
    space in it, so that a small model begins lines with one.
    """
    for _ in range(MOST_MENDED):
        try:
            ast.parse(source)
            break
        except SyntaxError as error:
            lines = source.split("\n")
            if not 0 < (error.lineno or 0) <= len(lines):
                break
            at = error.lineno - 1
            line = lines[at]
            end = max((error.offset or 0) - 1, 0)
            if error.msg.startswith("unterminated string") and line.rstrip().endswith('""'):
                # The mark with which the text of JSON would end, behind the one of the program.
                lines[at] = line.rstrip()[:-1]
            elif error.msg.startswith("unterminated") and error.lineno < len(lines):
                lines[at:at + 2] = [f"{line}\\n{lines[at + 1]}"]
            elif error.msg.startswith("leading zeros in decimal integer"):
                # The minutes and months of a clock and a date.
                lines[at] = line[:end] + line[end:].lstrip("0")
            elif error.msg.startswith("unmatched"):
                lines[at] = line[:end] + line[end + 1:]
            elif error.msg.startswith(("unindent does not match", "unexpected indent")):
                lines[at] = nearest_indent(lines, at, error.msg.startswith("unexpected")) + line.lstrip()
            elif error.msg == "unexpected character after line continuation character":
                # A line end as JSON writes it, sometimes without its letter.
                before, found, rest = line[:end + 1].rpartition("\\")
                if not found:
                    break
                rest += line[end + 1:]
                rest = rest[1:] if rest.startswith("n") else indent_of(line) + rest
                lines[at:at + 1] = [before, rest]
            # A name and another one are no two statements, but another language.
            elif error.msg == "invalid syntax" and re.search("[=(:]", line[:end]) and line[end - 1:end] in (" ", "\t", ";"):
                head = line[:end].rstrip()
                indent = indent_of(line) + ("    " if head.endswith(":") else "")
                lines[at:at + 1] = [head, indent + line[end:]]
            else:
                break
            source = "\n".join(lines)
        except ValueError:
            break
    return source


def indent_of(line):
    return line[:len(line) - len(line.lstrip())]


def nearest_indent(lines, at, is_deeper):
    """The indentation of the block that is open at this line: the innermost one, else the one that is nearest to its own."""
    own = len(indent_of(lines[at]))
    blocks = []
    for line in reversed(lines[:at]):
        indent = indent_of(line)
        is_code = line.strip() and not line.lstrip().startswith("#")
        if is_code and (not blocks or len(indent) < len(blocks[-1])):
            blocks.append(indent)
    if is_deeper:
        return blocks[0] if blocks else ""
    return min(blocks, key=lambda indent: abs(len(indent) - own), default="")


def read_program():
    with open(PATH, encoding="utf-8") as file:
        source = file.read()
    for reading in readings(source):
        tree = compiles(reading)
        if tree is not None:
            return reading, tree
    command = shell_command(source)
    if command is not None:
        os.execvp("sh", ["sh", "-c", command])
    return source, ast.parse(source, PATH)


def shell_command(source):
    """The one command of a shell that came in the place of a program, for a program that is installed here."""
    import keyword
    import shutil
    line = source.strip().removeprefix("$ ")
    found = re.fullmatch(r"([\w./+-]+)(?:[ \t]+[^\s=(:].*)?", line)
    # Some systems have a program for the statement of an older Python, too.
    if found is None or keyword.iskeyword(found[1]) or found[1] == "print":
        return None
    if found[1] == "python" and not shutil.which("python"):
        return line.replace("python", "python3", 1)
    return line if shutil.which(found[1]) else None


def find_delimiters():
    """Has readers of tables that are told no delimiter take the one that the first line has most of.

    Small models leave it out, and read each row as one text.
    """
    import csv
    plain = csv.reader

    def reader(lines, dialect="excel", **how):
        # A reader of dicts hands on the name of the usual dialect where it was told none.
        if dialect != "excel" or "delimiter" in how:
            return plain(lines, dialect, **how)
        lines = iter(lines)
        first = next(lines, "")
        found = max(",;\t|", key=first.count)
        return plain(itertools.chain([first] if first else [], lines), delimiter=found, **how)

    csv.reader = reader


def read_json_lines():
    """Has a reader of JSON that meets one value on each line give the list of them.

    Small models read such files like any other JSON, and once more so after the error.
    """
    import json
    plain = json.loads

    def loads(text, **how):
        try:
            return plain(text, **how)
        except json.JSONDecodeError as error:
            if error.msg != "Extra data":
                raise
            try:
                return [plain(line, **how) for line in text.splitlines() if line.strip()]
            except ValueError:
                raise error from None

    json.loads = loads


def run_pipes():
    """Has a list of words with the sign of a pipe in it run as the command that it is.

    Small models split a command at its spaces; without a shell `echo` then prints the sign and all behind it.
    """
    import shlex
    import shutil
    import subprocess
    plain = subprocess.Popen.__init__

    def is_pipe(words):
        found = [at for at, word in enumerate(words) if word == "|"]
        # A sign that a program is to look for has no other program behind it.
        return found and found[0] > 0 and all(at + 1 < len(words) and shutil.which(words[at + 1]) for at in found)

    def popen(self, args, *rest, **how):
        words = args if isinstance(args, (list, tuple)) and all(isinstance(word, str) for word in args) else ()
        if not how.get("shell") and is_pipe(words):
            args = " ".join("|" if word == "|" else shlex.quote(word) for word in words)
            how["shell"] = True
        plain(self, args, *rest, **how)

    subprocess.Popen.__init__ = popen


# Functions of the standard library that take bytes, and are given texts by models.
TAKE_BYTES = {
    "base64": "b16encode b32encode b64encode b85encode a85encode encodebytes standard_b64encode urlsafe_b64encode",
    "binascii": "b2a_base64 crc32 hexlify",
    "hashlib": "blake2b blake2s md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512",
    "zlib": "adler32 compress crc32",
}


def take_texts(source):
    """Has functions that take bytes take a text as its bytes in UTF-8, where the program names their module."""
    def taking(plain, at=0):
        def function(*given, **how):
            return plain(*given[:at], *map(as_bytes, given[at:at + 1]), *given[at + 1:], **how)
        return function

    for module, names in TAKE_BYTES.items():
        if module in source:
            found = importlib.import_module(module)
            for name in names.split():
                setattr(found, name, taking(getattr(found, name)))
            if module == "hashlib":
                found.new = taking(found.new, 1)
    if "codecs" in source:
        plain = codecs.encode
        codecs.encode = lambda given, encoding="utf-8", *rest, **how: plain(
            as_bytes(given) if kind_of(encoding) == "bytes" else given, encoding, *rest, **how)


def as_bytes(given):
    return given.encode() if isinstance(given, str) else given


def kind_of(encoding):
    """Whether it is one of `text` for bytes, or turns what it is given into the same kind: `str` as ROT13, `bytes` as hex."""
    try:
        found = codecs.lookup(encoding)
    except (LookupError, TypeError):
        return "text"
    return "text" if found._is_text_encoding else "str" if found.name == "rot-13" else "bytes"


class Texts(ast.NodeTransformer):
    """Has `x.decode()` of a text and `x.encode()` of bytes give what they are, and takes calls of Python 2 as they were.

    Small models put `.decode()` behind what is a text already, and write `'word'.encode('rot13')`. Told of the error they
    give up the program, which was right but for that.
    """

    meant = {}

    def visit_Call(self, node):
        self.generic_visit(node)
        name = f"__{node.func.attr}__" if isinstance(node.func, ast.Attribute) else ""
        if name in self.meant:
            node.args.insert(0, node.func.value)
            node.func = ast.copy_location(ast.Name(name, ast.Load()), node.func)
        return node


def meant_code(method):
    plain = getattr(codecs, method)

    def code(value, *given, **how):
        encoding = given[0] if given else how.get("encoding", "utf-8")
        kind = kind_of(encoding) if isinstance(value, (str, bytes, bytearray)) else "text"
        if kind != "text":
            # In Python 2 all of it was texts.
            text = value if isinstance(value, str) else value.decode()
            done = plain(text if kind == "str" else text.encode(), encoding)
            return done if kind == "str" else done.decode().rstrip("\n")
        is_done = isinstance(value, str) if method == "decode" else isinstance(value, (bytes, bytearray))
        return value if is_done else getattr(value, method)(*given, **how)

    return code


Texts.meant = {f"__{method}__": meant_code(method) for method in ("decode", "encode")}


class Zones(ast.NodeTransformer):
    """Has `timezone.utc + timedelta(hours=2)` be the zone that is two hours ahead: the two have no sum in Python."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, (ast.Add, ast.Sub)) or not isinstance(node.left, ast.Attribute) or node.left.attr != "utc":
            return node
        function = ast.Name("__zone__", ast.Load())
        call = ast.Call(function, [node.left, node.right, ast.Constant(isinstance(node.op, ast.Sub))], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


def zone(begin, by, is_behind):
    module = importlib.import_module("datetime")
    if isinstance(begin, module.timezone) and isinstance(by, module.timedelta):
        ahead = begin.utcoffset(None)
        return module.timezone(ahead - by if is_behind else ahead + by)
    return begin - by if is_behind else begin + by


class Equivalents:
    """Packages that the standard library has under another name, or nearly so.

    Finder and loader without the classes of importlib.abc, whose import takes as long as all the others.
    """

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name in EQUIVALENT else None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        same = importlib.import_module(EQUIVALENT[spec.name])
        module.__dict__.update({name: value for name, value in vars(same).items() if not name.startswith("__")})
        if EQUIVALENT[spec.name] == "tomllib":
            module.load = load_toml
        return module

    def exec_module(self, module):
        pass


def load_toml(file):
    """As the package reads it: a path, or a file that is open for text or for bytes."""
    if isinstance(file, (str, os.PathLike)):
        with open(file, encoding="utf-8") as opened:
            return load_toml(opened)
    text = file.read()
    return importlib.import_module("tomllib").loads(text if isinstance(text, str) else text.decode())


def import_forgotten(tree, names):
    """Imports what the program uses of the standard library and neither imports nor gives a value."""
    used, bound = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
    for name in sorted(used - bound):
        if name in KNOWN:
            names[name] = importlib.import_module(name)
        elif name in KNOWN_NAMES:
            names[name] = getattr(importlib.import_module(KNOWN_NAMES[name]), name)


class Dates(ast.NodeTransformer):
    """Has each use of the name `datetime` mean the module or the class, whichever has what is used of it.

    Both have that name, and small models import the one and use the other.
    """

    def __init__(self, tree):
        ways = {isinstance(node, ast.ImportFrom) for node in ast.walk(tree)
                if isinstance(node, (ast.Import, ast.ImportFrom))
                and any((alias.asname or alias.name) == "datetime" for alias in node.names)}
        module = importlib.import_module("datetime")
        self.meant = {"__datetime_class__": module.datetime, "__datetime_module__": module}
        # A program that imports neither was given the module.
        self.is_class = True in ways
        self.is_clear = len(ways) < 2 and not any(
            isinstance(node, ast.Name) and node.id == "datetime" and not isinstance(node.ctx, ast.Load)
            or isinstance(node, ast.arg) and node.arg == "datetime" for node in ast.walk(tree))

    def visit_Attribute(self, node):
        self.generic_visit(node)
        own, other = self.meant.values() if self.is_class else reversed(self.meant.values())
        if self.is_ours(node.value) and not hasattr(own, node.attr) and hasattr(other, node.attr):
            node.value = self.other(node.value)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if self.is_ours(node.func) and not self.is_class:
            node.func = self.other(node.func)
        return node

    def is_ours(self, node):
        return isinstance(node, ast.Name) and node.id == "datetime"

    def other(self, node):
        name = "__datetime_module__" if self.is_class else "__datetime_class__"
        return ast.copy_location(ast.Name(name, ast.Load()), node)


class Comparisons(ast.NodeTransformer):
    """Notes where a number is compared with a text of the same digits, which is never equal in Python.

    A table of CSV has texts alone and a file of JSON numbers; small models take the one for the other, and a count of 0
    looks like an answer.
    """

    # What may be read from a file; what computes is a number, and often in the innermost loop.
    READ = (ast.Name, ast.Subscript, ast.Attribute, ast.Call)
    names = {ast.Eq: "__equal__", ast.NotEq: "__unequal__"}

    def __init__(self):
        # By line: the first two values that only look equal, and the lines where something was equal.
        self.alike = {}
        self.held = set()
        self.meant = {"__equal__": self.equal, "__unequal__": self.unequal}

    def visit_Compare(self, node):
        self.generic_visit(node)
        name = self.names.get(type(node.ops[0])) if len(node.ops) == 1 else None
        left, right = node.left, node.comparators[0]
        if name is None or not (self.may_differ(left) and self.may_differ(right)):
            return node
        arguments = [left, right, ast.Constant(node.lineno)]
        call = ast.Call(ast.Name(name, ast.Load()), arguments, [])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def may_differ(self, node):
        if isinstance(node, ast.Constant):
            return type(node.value) in (str, int, float)
        return isinstance(node, self.READ)

    def equal(self, left, right, line):
        result = left == right
        self.note(left, right, line, result is True)
        return result

    def unequal(self, left, right, line):
        result = left != right
        self.note(left, right, line, result is False)
        return result

    def note(self, left, right, line, is_equal):
        if is_equal:
            self.held.add(line)
        elif isinstance(left, str) != isinstance(right, str) and line not in self.alike and looks_equal(left, right):
            self.alike[line] = (left, right)

    def complaints(self):
        for line, sides in self.alike.items():
            if line not in self.held:
                text, number = sides if isinstance(sides[0], str) else reversed(sides)
                yield (f"line {line} is never equal: {linecache.getline(PATH, line).strip()}\n"
                       f"  it compares the number {number!r} with the text {short.repr(text)}; convert one of them")


def looks_equal(left, right):
    text, number = (left, right) if isinstance(left, str) else (right, left)
    if type(number) not in (int, float):
        return False
    try:
        return float(text) == number
    except ValueError:
        return False


def variables(frame):
    """What the data of the program was when it failed: a model that sees it need not guess how it is built."""
    if frame is None:
        return
    shown = 0
    for name, value in frame.f_locals.items():
        if name.startswith("__") or not isinstance(value, DATA) or shown == MOST_VARIABLES:
            continue
        shown += 1
        text = short.repr(value)
        yield f"  {name} = {text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + '…'}"


def advice(error, text, names):
    """What to do about errors that small models otherwise make again and again."""
    if isinstance(error, ValueError) and "closed file" in text:
        yield "The file is open inside of its with block only."
    is_open = isinstance(error, SyntaxError) and re.match("unterminated|'.' was never closed", text)
    if is_open and error.lineno == len(linecache.getlines(PATH)):
        # In a program that came as a JSON string, a quotation mark that is not escaped is its end.
        yield "The program may have ended at a double quotation mark: write texts in single ones."
    if isinstance(error, SyntaxError) and any(re.match(OTHER_LANGUAGE, line) for line in linecache.getlines(PATH)):
        yield "This is not Python: only Python 3 runs here. Read a file of another language as a text, and show it with print."
    if isinstance(error, ValueError) and re.match(r"invalid literal for int\(\).*'[+-]?\d*[.]\d+'", text):
        yield "It has a point: use float."
    if isinstance(error, FileNotFoundError):
        files = sorted(entry.name for entry in os.scandir() if not entry.name.startswith("."))
        yield f"Here are: {', '.join(files[:MOST_FILES])}" if files else "No files are here."
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.split(".")[0]
        instead = INSTEAD.get(package, "use the standard library")
        yield f"No packages can be installed here: {instead}."
    if isinstance(error, TypeError) and "indices must be integers" in text:
        for name, value in names.items():
            inner = [key for key, part in value.items() if isinstance(part, list)] if isinstance(value, dict) else []
            if inner and not name.startswith("__"):
                yield f"A loop over {name} gives its keys. Its list is {name}[{inner[0]!r}]."


def show_error(kind, error, trace, complaints=()):
    # Only lines of the program: those of a library are not the model's to mend.
    frames = []
    names = {}
    last = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == PATH:
            frames.append(trace.tb_lineno)
            last = trace.tb_frame
            names.update(last.f_locals)
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == PATH:
        frames.append(error.lineno)
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    print(f"{kind.__name__}: {text}" if text else kind.__name__, file=sys.stderr)
    for line in list(dict.fromkeys(reversed(frames)))[:MOST_FRAMES]:
        print(f"  line {line}: {linecache.getline(PATH, line).strip()}", file=sys.stderr)
    # In a recursion they are those of the deepest call, which say nothing.
    for line in () if isinstance(error, RecursionError) else variables(last):
        print(line, file=sys.stderr)
    for line in itertools.chain(advice(error, text, names), complaints):
        print(line, file=sys.stderr)


def main():
    comparisons = Comparisons()
    sys.excepthook = lambda *error: show_error(*error, comparisons.complaints())
    output = Output(sys.stdout.detach(), "utf-8", errors="surrogateescape", write_through=True)
    sys.stdout = sys.__stdout__ = output
    module = types.ModuleType("__main__")
    module.__file__ = PATH
    sys.modules["__main__"] = module
    sys.argv = [PATH]
    # Behind the standard library, so that no file of the user takes the name of one of its modules.
    sys.path.append(os.getcwd())
    sys.meta_path.append(Equivalents())
    source, tree = read_program()
    linecache.cache[PATH] = (len(source), None, source.splitlines(keepends=True), PATH)
    names = module.__dict__
    import_forgotten(tree, names)
    if "datetime" in source:
        dates = Dates(tree)
        if dates.is_clear:
            names.update(dates.meant)
            tree = dates.visit(tree)
    if "==" in source or "!=" in source:
        names.update(comparisons.meant)
        tree = comparisons.visit(tree)
    if ".utc" in source:
        names["__zone__"] = zone
        tree = Zones().visit(tree)
    if "code(" in source:
        names.update(Texts.meant)
        tree = Texts().visit(tree)
    take_texts(source)
    if "csv" in source:
        find_delimiters()
    if "json" in source:
        read_json_lines()
    if "subprocess" in source:
        run_pipes()
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, PATH, "exec", dont_inherit=True), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), PATH, "eval", dont_inherit=True), names)
        if value is not None and not output.written:
            print(repr(value))
    complaints = list(comparisons.complaints())
    if complaints:
        print(*complaints, sep="\n", file=sys.stderr)
        # What it printed may be wrong, and a model that is told of no failure answers with it.
        sys.exit(1)


main()
