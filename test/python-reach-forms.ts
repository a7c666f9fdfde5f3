/** Further ways to write one link of a chain of reflection: what classes, patterns, frames, formats and names can do. */
import { named, type Writing } from "./python-reach-link.ts";

/** A class whose one method gives what came before. */
const hook =
  (head: string, use: string): Writing =>
  (before, link) => ["class Box:", `    def ${head}: return ${before}`, `value = ${use}${link}`];

/** A pattern that binds `one`. */
const pattern =
  (subject: (before: string) => string, binds: string): Writing =>
  (before, link) => [
    `match ${subject(before)}:`,
    `    case ${binds}:`,
    `        value = one${link}`,
  ];

/** A name that stands nowhere in the program as it is. */
const spelled =
  (spell: (name: string) => string): Writing =>
  (before, link) =>
    named(link, (name) => [`value = operator.attrgetter(${spell(name)})(${before})`]);

const codesOf = (name: string): string => [...name].map((one) => one.charCodeAt(0)).join(", ");

const OF_CLASSES: Readonly<Record<string, Writing>> = {
  __get__: (before, link) => [
    "class Field:",
    `    def __get__(self, owner, kind): return ${before}`,
    "class Box:",
    "    one = Field()",
    `value = Box().one${link}`,
  ],
  __set_name__: (before, link) => [
    "class Field:",
    `    def __set_name__(self, owner, name): owner.two = ${before}`,
    "class Box:",
    "    one = Field()",
    `value = Box.two${link}`,
  ],
  __init_subclass__: (before, link) => [
    "class Base:",
    "    def __init_subclass__(cls, one): cls.one = one",
    `class Child(Base, one=${before}): pass`,
    `value = Child.one${link}`,
  ],
  __class_getitem__: (before, link) => [
    "class Box:",
    `    def __class_getitem__(cls, one): return one${link}`,
    `value = Box[${before}]`,
  ],
  __prepare__: (before, link) => [
    "class Kind(type):",
    `    def __prepare__(name, bases): return {"one": ${before}}`,
    "class Box(metaclass=Kind): pass",
    `value = Box.one${link}`,
  ],
  "type of three": (before, link) => [
    `Box = type("Box", (), {"one": ${before}})`,
    `value = Box.one${link}`,
  ],
  "type of type": (before, link) => [
    `Box = type(type)("Box", (), {"one": ${before}})`,
    `value = Box.one${link}`,
  ],
  property: (before, link) => [
    "class Box:",
    `    one = property(lambda self: ${before})`,
    `value = Box().one${link}`,
  ],
  "cached property": (before, link) => [
    "class Box:",
    "    @functools.cached_property",
    `    def one(self): return ${before}`,
    `value = Box().one${link}`,
  ],
  __getattr__: hook("__getattr__(self, name)", "Box().any"),
  __missing__: (before, link) => [
    "class Box(dict):",
    `    def __missing__(self, key): return ${before}`,
    `value = Box()["one"]${link}`,
  ],
  __call__: hook("__call__(self)", "Box()()"),
  __enter__: (before, link) => [
    "class Box:",
    `    def __enter__(self): return ${before}`,
    "    def __exit__(self, *why): pass",
    "with Box() as one:",
    `    value = one${link}`,
  ],
  __add__: hook("__add__(self, other)", "(Box() + 1)"),
  __matmul__: hook("__rmatmul__(self, other)", "(1 @ Box())"),
  __iter__: (before, link) => [
    "class Box:",
    `    def __iter__(self): yield ${before}`,
    "(one,) = Box()",
    `value = one${link}`,
  ],
  __format__: (before, link) => [
    "found = []",
    "class Box:",
    `    def __format__(self, spec): found.append(${before}${link}); return ""`,
    'f"{Box():>{4}}"',
    "value = found[0]",
  ],
  __instancecheck__: (before, link) => [
    "found = []",
    "class Kind(type):",
    `    def __instancecheck__(cls, one): found.append(one${link}); return True`,
    "class Box(metaclass=Kind): pass",
    `isinstance(${before}, Box)`,
    "value = found[0]",
  ],
  dataclass: (before, link) => [
    'Box = dataclasses.make_dataclass("Box", ["one"])',
    `value = Box(${before}).one${link}`,
  ],
  "default of a field": (before, link) => [
    "@dataclasses.dataclass",
    "class Box:",
    `    one: object = dataclasses.field(default_factory=lambda: ${before})`,
    `value = Box().one${link}`,
  ],
  decorator: (before, link) => [
    `def keep(_): return ${before}`,
    "@keep",
    "def one(): pass",
    `value = one${link}`,
  ],
};

const OF_PATTERNS: Readonly<Record<string, Writing>> = {
  capture: pattern((before) => before, "one"),
  "capture as": pattern((before) => before, "_ as one"),
  sequence: pattern((before) => `[${before}, 1]`, "[one, *_]"),
  mapping: pattern((before) => `{"one": ${before}}`, '{"one": one}'),
  guard: (before, link) => [
    `match ${before}:`,
    `    case one if (two := one${link}) is not None:`,
    "        value = two",
  ],
  "own __match_args__": (before, link) => [
    "class Box:",
    '    __match_args__ = ("one",)',
    `    one = ${before}`,
    "match Box():",
    "    case Box(one):",
    `        value = one${link}`,
  ],
  "arguments of a pattern in a class of its own": (before, link) =>
    named(link, (name) => [
      "class Kind(type):",
      "    def __instancecheck__(cls, one): return True",
      "class Box(metaclass=Kind):",
      `    __match_args__ = ("${name}",)`,
      `match ${before}:`,
      "    case Box(one):",
      "        value = one",
    ]),
};

const OF_FRAMES: Readonly<Record<string, Writing>> = {
  coroutine: (before, link) => [
    `async def later(): return ${before}${link}`,
    "try: later().send(None)",
    "except StopIteration as stop: value = stop.value",
  ],
  "generator that is sent to": (before, link) => [
    "def stream():",
    "    one = yield",
    `    yield one${link}`,
    "running = stream()",
    "next(running)",
    `value = running.send(${before})`,
  ],
  "yield from": (before, link) => [
    "def inner():",
    `    return ${before}`,
    "    yield",
    "def stream():",
    "    one = yield from inner()",
    `    yield one${link}`,
    "value = next(stream())",
  ],
  "argument of a failure": (before, link) => [
    `try: raise ValueError(${before})`,
    `except ValueError as error: value = error.args[0]${link}`,
  ],
  "group of failures": (before, link) => [
    `try: raise ExceptionGroup("", [ValueError(${before})])`,
    `except* ValueError as error: value = error.exceptions[0].args[0]${link}`,
  ],
  nonlocal: (before, link) => [
    "def outer():",
    `    one = ${before}`,
    `    def inner(): return one${link}`,
    "    return inner",
    "value = outer()()",
  ],
  "manager of contexts": (before, link) => [
    "@contextlib.contextmanager",
    `def held(): yield ${before}`,
    "with held() as one:",
    `    value = one${link}`,
  ],
  "annotation that is evaluated": (before, link) => [
    `def noted(one: ${before}${link}): pass`,
    'value = noted.__annotations__["one"]',
  ],
  "bound of a type": (before, link) => [
    `def noted[One: ${before}](): pass`,
    `value = noted.__type_params__[0].__bound__${link}`,
  ],
  "alias of a type": (before, link) => [`type One = ${before}`, `value = One.__value__${link}`],
  "key of an order": (before, link) => [
    `value = sorted([[${before}]], key=lambda one: 1)[0][0]${link}`,
  ],
};

const OF_NAMES: Readonly<Record<string, Writing>> = {
  vars: (before, link) => named(link, (name) => [`value = vars(${before})["${name}"]`]),
  __dict__: (before, link) => named(link, (name) => [`value = ${before}.__dict__["${name}"]`]),
  "object.__getattribute__": (before, link) =>
    named(link, (name) => [`value = object.__getattribute__(${before}, "${name}")`]),
  "type.__getattribute__": (before, link) =>
    named(link, (name) => [`value = type(${before}).__getattribute__(${before}, "${name}")`]),
  "string.Formatter": (before, link) =>
    named(link, (name) => [
      "import string",
      `value = string.Formatter().get_field("0.${name}", (${before},), {})[0]`,
    ]),
  "subclass of a formatter": (before, link) =>
    named(link, (name) => [
      "import string",
      "found = []",
      "class Reader(string.Formatter):",
      '    def format_field(self, one, spec): found.append(one); return ""',
      `Reader().format("{0.${name}}", ${before})`,
      "value = found[0]",
    ]),
  "format of a class of its own": (before, link) =>
    named(link, (name) => [
      `box = "{0.${name}:>4}"`,
      "import string",
      `value = [one for one in string.Formatter().parse(box)] and getattr(${before}, "${name}")`,
    ]),
  itemgetter: (before, link) => {
    const key = /^\['(\w+)'\]$/.exec(link)?.[1];
    return key === undefined ? [] : [`value = operator.itemgetter("${key}")(${before})`];
  },
  "name of codes": spelled((name) => `bytes([${codesOf(name)}]).decode()`),
  "name of letters": spelled((name) => `"".join(map(chr, [${codesOf(name)}]))`),
  "name backwards": spelled((name) => `"${[...name].reverse().join("")}"[::-1]`),
  "name with a hole": spelled((name) => `"${name.slice(0, 1)}%s" % "${name.slice(1)}"`),
  "name in a format": spelled((name) => `f"{'${name.slice(0, 3)}'}${name.slice(3)}"`),
  "name of codecs": (before, link) =>
    named(link, (name) => [
      "import codecs",
      `name = codecs.decode("${Buffer.from(name).toString("hex")}", "hex").decode()`,
      `value = operator.attrgetter(name)(${before})`,
    ]),
};

export const FURTHER_WRITINGS: Readonly<Record<string, Writing>> = {
  ...OF_CLASSES,
  ...OF_PATTERNS,
  ...OF_FRAMES,
  ...OF_NAMES,
};
