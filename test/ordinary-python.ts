/** What honest people write in Python, one habit each; all of it is to pass the scan. */

const runs = (body: string, before = ""): string => {
  const lines = body.split("\n").map((line) => `    ${line}\n`);
  return `${before}\n\ndef run(args, ctx):\n${lines.join("")}`;
};

export const ORDINARY_PYTHON: Readonly<Record<string, string>> = {
  "a counter": runs(`return dict(Counter(args["words"]))`, "from collections import Counter"),
  "a default dictionary": runs(
    `groups = collections.defaultdict(list)\nfor one in args["items"]:\n    groups[len(one)].append(one)\nreturn groups`,
    "import collections",
  ),
  "a data class": runs(
    "return {'x': Point(1, 2).x}",
    "from dataclasses import dataclass, field\n\n\n@dataclass(frozen=True)\nclass Point:\n    x: int\n    y: int = 0\n    tags: list[str] = field(default_factory=list)",
  ),
  "a named tuple": runs(
    "return Pair(1, 2)._replace(a=3)._asdict()",
    'from collections import namedtuple\n\nPair = namedtuple("Pair", "a b")',
  ),
  "a typed named tuple": runs(
    "return {'a': Pair(1).a}",
    "from typing import NamedTuple\n\n\nclass Pair(NamedTuple):\n    a: int",
  ),
  "an enumeration": runs(
    "return Colour(args['n']).name",
    "from enum import Enum, auto\n\n\nclass Colour(Enum):\n    RED = auto()\n    BLUE = auto()",
  ),
  "an error of its own": runs(
    "raise ToolError('EMPTY', 'nothing')",
    "class ToolError(Exception):\n    def __init__(self, code, message):\n        super().__init__(message)\n        self.code = code",
  ),
  "private members": runs(
    "return Stack([1])._items",
    "class Stack:\n    def __init__(self, items):\n        self._items = items\n\n    def __eq__(self, other):\n        return self._items == other._items",
  ),
  "an abstract class": runs(
    "return Square(2).area()",
    "from abc import ABC, abstractmethod\n\n\nclass Shape(ABC):\n    @abstractmethod\n    def area(self): ...\n\n\nclass Square(Shape):\n    def __init__(self, a):\n        self.a = a\n\n    def area(self):\n        return self.a ** 2",
  ),
  "a generic class": runs(
    "return Box(1).value",
    'from typing import Generic, TypeVar\n\nT = TypeVar("T")\n\n\nclass Box(Generic[T]):\n    def __init__(self, value: T) -> None:\n        self.value = value',
  ),
  "annotations as text": runs(
    "return Node(None).depth()",
    'class Node:\n    def __init__(self, parent: "Node | None"):\n        self.parent = parent\n\n    def depth(self) -> "int":\n        return 0 if self.parent is None else 1',
  ),
  "later annotations": runs(
    "return total(args['n'])",
    "from __future__ import annotations\n\nfrom typing import Any, Callable, Optional\n\n\ndef total(n: list[int] | None, f: Optional[Callable[..., Any]] = None) -> dict[str, Any]:\n    return {'n': sum(n or [])}",
  ),
  "a cache": runs(
    "return fib(args['n'])",
    "import functools\n\n\n@functools.lru_cache(maxsize=None)\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)",
  ),
  "a decorator": runs(
    "return double(args['n'])",
    "from functools import wraps\n\n\ndef twice(function):\n    @wraps(function)\n    def inner(*given, **named):\n        return function(*given, **named) * 2\n\n    return inner\n\n\n@twice\ndef double(n):\n    return n",
  ),
  "reduce and partial": runs(
    "return functools.reduce(operator.add, map(functools.partial(pow, 2), args['n']))",
    "import functools\nimport operator",
  ),
  "an item getter": runs(
    "return sorted(args['rows'], key=itemgetter('a'))",
    "from operator import itemgetter",
  ),
  "regular expressions": runs(
    "found = WORD.search(args['text'])\nreturn found.group(0) if found else re.sub(r'\\s+', ' ', args['text'], flags=re.I)",
    'import re\n\nWORD = re.compile(r"\\w+")',
  ),
  "an error of JSON": runs(
    "try:\n    return json.loads(args['text'])\nexcept json.JSONDecodeError as error:\n    raise ValueError(f'INVALID: {error.msg}') from error",
    "import json",
  ),
  dates: runs(
    "return (date.fromisoformat(args['d']) + timedelta(days=1)).isoformat()",
    "from datetime import date, timedelta",
  ),
  "a date by its module": runs(
    "return datetime.datetime.strptime(args['d'], '%Y-%m-%d').strftime('%A')",
    "import datetime",
  ),
  "time zones": runs(
    "return datetime.fromtimestamp(args['s'], tz=timezone.utc).isoformat()",
    "from datetime import datetime, timezone",
  ),
  calendars: runs("return calendar.monthrange(args['y'], 2)[1]", "import calendar"),
  decimals: runs(
    "with localcontext() as context:\n    context.prec = 30\n    return str(Decimal(args['a']).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP))",
    "from decimal import ROUND_HALF_UP, Decimal, localcontext",
  ),
  fractions: runs(
    "return str(Fraction(args['a']).limit_denominator(100))",
    "from fractions import Fraction",
  ),
  statistics: runs("return statistics.median(args['n'])", "import statistics"),
  mathematics: runs("return math.isclose(args['a'], math.pi, rel_tol=1e-9)", "import math"),
  hashes: runs("return hashlib.sha256(args['t'].encode('utf-8')).hexdigest()", "import hashlib"),
  "a keyed hash": runs(
    "return hmac.new(b'k', args['t'].encode(), hashlib.sha256).hexdigest()",
    "import hashlib\nimport hmac",
  ),
  "base 64": runs("return base64.b64encode(args['t'].encode()).decode()", "import base64"),
  tables: runs(
    "rows = list(csv.DictReader(io.StringIO(args['t'])))\nreturn rows",
    "import csv\nimport io",
  ),
  addresses: runs(
    "return str(ipaddress.ip_network(args['n']).broadcast_address)",
    "import ipaddress",
  ),
  urls: runs(
    "parts = urllib.parse.urlsplit(args['u'])\nreturn parts.hostname or quote(args['u'])",
    "import urllib.parse\nfrom urllib.parse import quote",
  ),
  "names from text": runs("return str(uuid.uuid5(uuid.NAMESPACE_DNS, args['n']))", "import uuid"),
  differences: runs(
    "return list(difflib.unified_diff(args['a'], args['b'], lineterm=''))",
    "import difflib",
  ),
  heaps: runs(
    "return heapq.nsmallest(3, args['n']) + [bisect.bisect_left(args['n'], 2)]",
    "import bisect\nimport heapq",
  ),
  graphs: runs(
    "return list(graphlib.TopologicalSorter(args['g']).static_order())",
    "import graphlib",
  ),
  markup: runs(
    "parser = Texts()\nparser.feed(args['h'])\nreturn html.unescape(''.join(parser.texts))",
    "import html\nfrom html.parser import HTMLParser\n\n\nclass Texts(HTMLParser):\n    def __init__(self):\n        super().__init__()\n        self.texts = []\n\n    def handle_data(self, data):\n        self.texts.append(data)",
  ),
  unicode: runs(
    "return ''.join(c for c in unicodedata.normalize('NFD', args['t']) if not unicodedata.combining(c))",
    "import unicodedata",
  ),
  text: runs("return textwrap.fill(textwrap.dedent(args['t']), width=20)", "import textwrap"),
  templates: runs(
    "return Template('hello $name').safe_substitute(name=args['n']) + string.ascii_letters",
    "import string\nfrom string import Template",
  ),
  formats: runs(
    "return '{:>8} {name!r}'.format(args['n'], name='x') + LINE.format(a=1) + '%s' % args['n'] + f\"{args['n']:,.2f}\"",
    'LINE = "{a:03d}"',
  ),
  patterns: runs(
    "match args['v']:\n    case {'kind': 'a', **rest}:\n        return rest\n    case [first, *_]:\n        return first\n    case int(n) | float(n):\n        return n\n    case Point(x=x):\n        return x\n    case _:\n        return None",
    "from dataclasses import dataclass\n\n\n@dataclass\nclass Point:\n    x: int",
  ),
  "a parameter called like a module": runs(
    "return shout(args['t'])",
    "import string\n\n\ndef shout(string):\n    return string.upper()",
  ),
  "types of values": runs(
    "kind = type(args['v'])\nreturn kind.__name__ if isinstance(args['v'], (int, str)) else type(args['v']).__name__",
  ),
  "a function called register": runs("return register(args)", "def register(args):\n    return 1"),
  generators: runs(
    "return list(itertools.islice(primes(), 5))",
    "import itertools\n\n\ndef primes():\n    n = 2\n    while True:\n        if all(n % d for d in range(2, n)):\n            yield n\n        n += 1",
  ),
  "a manager of contexts": runs(
    "with shifted(1) as one:\n    return one",
    "from contextlib import contextmanager, suppress\n\n\n@contextmanager\ndef shifted(n):\n    yield n + 1",
  ),
  structures: runs(
    "return list(struct.unpack('>H', struct.pack('>H', args['n'])))",
    "import struct",
  ),
  "operators of a class": runs(
    "total = Money(1)\ntotal += Money(2)\nreturn (total @ Money(3)).cents + round(total)",
    "class Money:\n    def __init__(self, cents):\n        self.cents = cents\n\n    def __iadd__(self, other):\n        return Money(self.cents + other.cents)\n\n    def __matmul__(self, other):\n        return Money(self.cents * other.cents)\n\n    def __rsub__(self, other):\n        return other - self.cents\n\n    def __round__(self, digits=0):\n        return self.cents",
  ),
  "abstract collections": runs(
    "return isinstance(args['v'], Mapping) or isinstance(args['v'], collections.abc.Sequence)",
    "import collections.abc\nfrom collections.abc import Mapping",
  ),
  "shell words": runs("return shlex.join(shlex.split(args['t']))", "import shlex"),
};
