/**
 * Programs of Python that reach for what their contract does not name, made from a grammar: where a chain of
 * reflection begins, how its links are written, and what is done at its end. Each gives `{"got": …}` with what it
 * reached, and `{"got": null}` when Python itself had no such thing.
 */

import { FURTHER_CHAINS, FURTHER_DIRECT } from "./python-reach-chains.ts";
import { FURTHER_WRITINGS } from "./python-reach-forms.ts";
import { named, type Writing } from "./python-reach-link.ts";

/** Begins with something that a tool has, ends with the module `os`, `sys` or `builtins`. */
interface Chain {
  readonly imports: string;
  readonly links: readonly string[];
  readonly end: "os" | "sys" | "builtins";
}

const chain = (imports: string, links: string, end: Chain["end"]): Chain => ({
  imports,
  links: links.split(" "),
  end,
});

/** Of the modules that a tool may import, those that hold another one. */
const CHAINS: readonly Chain[] = [
  chain("re", "re .enum .sys", "sys"),
  chain("re", "re .functools .get_cache_token .__globals__ ['sys']", "sys"),
  chain("enum", "enum .sys", "sys"),
  chain("json", "json .codecs .builtins", "builtins"),
  chain("json", "json .decoder .scanner .re .enum .sys", "sys"),
  chain("random", "random ._os", "os"),
  chain("shlex", "shlex .os", "os"),
  chain("shlex", "shlex .sys", "sys"),
  chain("uuid", "uuid .os", "os"),
  chain("uuid", "uuid .sys", "sys"),
  chain("contextlib", "contextlib .os", "os"),
  chain("contextlib", "contextlib .sys", "sys"),
  chain("dataclasses", "dataclasses .sys", "sys"),
  chain("dataclasses", "dataclasses .inspect .os", "os"),
  chain("dataclasses", "dataclasses .builtins", "builtins"),
  chain("collections", "collections ._sys", "sys"),
  chain("calendar", "calendar .sys", "sys"),
  chain("calendar", "calendar .datetime .sys", "sys"),
  chain("typing", "typing .sys", "sys"),
  chain("typing", "typing .contextlib .os", "os"),
  chain("statistics", "statistics .sys", "sys"),
  chain("statistics", "statistics .random ._os", "os"),
  chain("fractions", "fractions .sys", "sys"),
  chain("io", "io .open .__self__", "builtins"),
  chain("io", "io .abc .__loader__ .__init__ .__globals__ ['sys']", "sys"),
  chain("urllib.parse", "urllib .parse .sys", "sys"),
  chain("string", "string ._re .enum .sys", "sys"),
  chain("textwrap", "textwrap .re .enum .sys", "sys"),
  chain("csv", "csv .re .enum .sys", "sys"),
  chain("operator", "operator .__spec__ .loader .__init__ .__globals__ ['sys']", "sys"),
  chain("base64", "base64 .main .__globals__ ['__builtins__']", "builtins"),
  chain("copy", "copy .deepcopy .__globals__ ['copyreg'] .__builtins__", "builtins"),
  chain("ipaddress", "ipaddress .functools .reduce .__self__", "builtins"),
  chain("math", "math .floor .__self__ .__loader__ .__init__ .__globals__ ['sys']", "sys"),
  chain(
    "re",
    "() .__class__ .__base__ .__subclasses__() [-1] .__init__ .__globals__ ['sys']",
    "sys",
  ),
  chain("re", "helper .__globals__ ['__builtins__']", "builtins"),
  chain("re", "numbers() .gi_frame .f_builtins", "builtins"),
  chain("re", "numbers() .gi_frame .f_back .f_globals ['__builtins__']", "builtins"),
  chain("re", "caught() .__traceback__ .tb_frame .f_builtins", "builtins"),
  chain("re", "len .__self__", "builtins"),
  chain("html.parser", "html .parser .HTMLParser .__init__ .__globals__ ['re'] .enum .sys", "sys"),
  chain("functools", "functools .namedtuple .__globals__ ['_sys']", "sys"),
  ...FURTHER_CHAINS.map(([imports, links]) => chain(imports, links, "builtins")),
];

/** What is done with the module at the end; `M` is its name. */
const DEEDS: Readonly<Record<Chain["end"], readonly string[]>> = {
  os: [
    "M.listdir('/')",
    "M.urandom(8).hex()",
    "str(M.environ) if M.environ else None",
    "M.getpid()",
  ],
  sys: [
    "M.modules['os'].listdir('/')",
    "M.modules['posix'].urandom(8).hex()",
    "sorted(M.modules)[0]",
    "M._getframe(0).f_code.co_name",
    "M.argv[0]",
  ],
  builtins: [
    "M['eval']('6 * 7')",
    "M.eval('6 * 7')",
    "M.open('/etc/passwd').read(20)",
    "M['open']('/etc/passwd').read(20)",
    "M.__import__('os').listdir('/')",
  ],
};

const WRITINGS: Readonly<Record<string, Writing>> = {
  plain: (before, link) => [`value = ${before}${link}`],
  alias: (before, link) => [`other = ${before}`, `value = other${link}`],
  list: (before, link) => [`value = [${before}][0]${link}`],
  lambda: (before, link) => [`value = (lambda one: one${link})(${before})`],
  "default of a parameter": (before, link) => [
    `def inner(one=${before}):`,
    `    return one${link}`,
    "value = inner()",
  ],
  walrus: (before, link) => [`value = (one := ${before})${link}`],
  loop: (before, link) => [`for one in (${before},):`, `    value = one${link}`],
  comprehension: (before, link) => [`value = [one${link} for one in (${before},)][0]`],
  unpacking: (before, link) => [`one, *_rest = ${before}, 1`, `value = one${link}`],
  dictionary: (before, link) => [`value = {"one": ${before}}["one"]${link}`],
  choice: (before, link) => [`value = (${before} if args is not None else None)${link}`],
  or: (before, link) => [`value = (None or ${before})${link}`],
  star: (before, link) => [`value = (lambda *all: all[0]${link})(*[${before}])`],
  keyword: (before, link) => [`value = (lambda **all: all["one"]${link})(one=${before})`],
  context: (before, link) => [
    `with contextlib.nullcontext(${before}) as one:`,
    `    value = one${link}`,
  ],
  partial: (before, link) => [`value = functools.partial(lambda one: one${link}, ${before})()`],
  map: (before, link) => [`value = next(map(lambda one: one${link}, [${before}]))`],
  class: (before, link) => ["class Box:", `    one = ${before}`, `value = Box.one${link}`],
  object: (before, link) => [
    "class Box:",
    "    pass",
    "box = Box()",
    `box.one = ${before}`,
    `value = box.one${link}`,
  ],
  generator: (before, link) => [
    "def stream():",
    `    yield ${before}`,
    `value = next(stream())${link}`,
  ],
  "pattern of a class": (before, link) =>
    named(link, (name) => [
      `match ${before}:`,
      `    case object(${name}=one):`,
      "        value = one",
    ]),
  getattr: (before, link) => named(link, (name) => [`value = getattr(${before}, "${name}")`]),
  "name in pieces": (before, link) =>
    named(link, (name) => [
      `name = "${name.slice(0, 2)}" + "${name.slice(2)}"`,
      `value = operator.attrgetter(name)(${before})`,
    ]),
  attrgetter: (before, link) =>
    named(link, (name) => [`value = operator.attrgetter("${name}")(${before})`]),
  methodcaller: (before, link) =>
    named(link, (name) => [
      `value = operator.methodcaller("__getattribute__", "${name}")(${before})`,
    ]),
  reduce: (before, link) =>
    named(link, (name) => [`value = functools.reduce(getattr, ["${name}"], ${before})`]),
  super: (before, link) => [`value = super(Box, ${before})${link}`],
  wraps: (before, link) =>
    named(link, (name) => [
      "def copy(): pass",
      `functools.update_wrapper(copy, ${before}, assigned=("${name}",), updated=())`,
      `value = copy.${name}`,
    ]),
  "wraps with names": (before, link) =>
    named(link, (name) => [
      `@functools.wraps(${before}, ("${name}",), ())`,
      "def copy(): pass",
      `value = copy.${name}`,
    ]),
  annotation: (before, link) => [
    "import typing",
    `def noted(one: "${before}${link.replaceAll('"', "'")}"): pass`,
    'value = typing.get_type_hints(noted)["one"]',
  ],
  dispatch: (before, link) => [
    "found = []",
    "def general(one): pass",
    "general = functools.singledispatch(general)",
    `def noted(one: "found.append(${before}${link.replaceAll('"', "'")}) or int"): pass`,
    "general.register(noted)",
    "value = found[0]",
  ],
  protocol: (before, link) =>
    named(link, (name) => [
      "import typing",
      `Box = dataclasses.make_dataclass('Box', ['${name}'], bases=(typing.Protocol,))`,
      `match ${before}:`,
      "    case typing.runtime_checkable(Box)(one):",
      "        value = one",
    ]),
  ...FURTHER_WRITINGS,
};

const HELPERS = `import contextlib, dataclasses, functools, operator

def helper(): pass

def numbers():
    yield 1

def caught():
    try:
        1 / 0
    except ZeroDivisionError as error:
        return error

async def later(): pass

async def many():
    yield 1

def run(args, ctx):
    got = None
    try:
`;

const CAUGHT = `    except Exception as error:
        ctx.log(error)
    return {"got": got}
`;

/** One program of the grammar; the same for the same number. */
export function reachingProgram(number: number): string {
  const writings = Object.entries(WRITINGS);
  const { imports, links, end } = at(CHAINS, number);
  const [root = "re", ...rest] = links;
  // Every link is written in a way of its own; the numbers have no factor in common, so that all meet all.
  const lines = rest.flatMap((link, index) => {
    const before = index === 0 ? root : "value";
    const [, write] = at(writings, Math.floor(number / CHAINS.length) * 7 + index * 11 + number);
    const written = write(before, link);
    return written.length > 0 ? written : [`value = ${before}${link}`];
  });
  const deed = at(DEEDS[end], Math.floor(number / 3)).replaceAll("M", "value");
  const body = [...lines, `got = ${deed}`].map((line) => `        ${line}\n`).join("");
  return `import ${imports}\n${HELPERS}${body}${CAUGHT}`;
}

/** The same program around an expression: by itself it gives no reason to be refused. */
export function programAround(module: string, expression: string): string {
  return `import ${module}\n${HELPERS}        got = ${expression}\n${CAUGHT}`;
}

/** Programs of several lines: pickling, callbacks, patterns, metaclasses, coroutines, and modules that no tool may import. */
export function writtenPrograms(text: string): readonly string[] {
  return text
    .trimEnd()
    .split("\n---\n")
    .map((program) => {
      const [imports = "", ...lines] = program.split("\n");
      const body = lines.map((line) => `        ${line}\n`).join("");
      return `${imports}\n${HELPERS}${body}${CAUGHT}`;
    });
}

/** Programs that need no chain: chance, clocks and words that the language itself gives away. */
export const DIRECT_PROGRAMS: readonly string[] = [
  ["statistics", "statistics.NormalDist(0, 1).samples(3)"],
  ["statistics", "statistics.NormalDist.from_samples([1, 2]).samples(n=2)"],
  ["uuid", "str(uuid.uuid4())"],
  ["uuid", "uuid.getnode()"],
  ["secrets", "secrets.token_hex(4)"],
  ["random", "random.random()"],
  ["random", "random.SystemRandom().random()"],
  ["time", "time.clock_gettime(0) - 1767225600 or None"],
  [
    "datetime",
    "(super(datetime.datetime, datetime.datetime).now().timestamp() - 1767225600) or None",
  ],
  ["datetime", "(datetime.datetime.__mro__[1].now().timestamp() - 1767225600) or None"],
  ["calendar", "calendar.datetime.datetime.now().timestamp() - 1767225600 or None"],
  ["shlex", "shlex.shlex().get_token() or None"],
  ["shlex", "list(shlex.shlex('source /etc/passwd', posix=True))"],
  ["string", "string.Formatter().format('{0.__class__.__base__.__subclasses__}', 1)"],
  ["string", "'{0.__globals__}'.format(run)[:50]"],
  ["string", "('{0._' + '_globals__}').format(run)[:50]"],
  ["string", "str.format('{0.__globals__}', run)[:50]"],
  ["string", "args.get('form', '{0.__globals__}').format(run)[:50]"],
  ["string", "f'{run.__globals__}'[:50]"],
  ["functools", "[*map(str.format, ['{0.__globals__}'], [run])][0][:50]"],
  ["collections", "collections.namedtuple('A', 'b')._make.__func__.__globals__['_sys'].argv"],
  ["enum", "enum.global_enum(enum.Enum('A', {'dumps': 1}, module='json')) and 1"],
  ["contextlib", "contextlib.chdir('/').__enter__() or 1"],
  ["abc", "abc.ABCMeta('A', (), {'__match_args__': ('gi_frame',)}) and 1"],
  ["re", "type(type(re.compile('a')))('A', (), {'__match_args__': ('gi_frame',)}) and 1"],
  ["re", "ctx._violations and 1"],
  ["re", "[one for one in [ctx.files]][0]._line._frames"],
  ["re", "hash(object()) % 1000003 if False else id(object()) // 2 ** 20 or None"],
  ["re", "hash(object()) > 2 ** 20 or None"],
  ["re", "hash(run) > 2 ** 20 or None"],
  ...FURTHER_DIRECT,
  ["re", "hash(re.compile) > 2 ** 20 or hash(len) > 2 ** 20 or hash(ctx.log) > 2 ** 20 or None"],
].map(([module = "", expression = ""]: readonly string[]) => programAround(module, expression));

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("A list of the grammar is empty");
  return item;
}
