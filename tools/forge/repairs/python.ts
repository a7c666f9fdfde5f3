/** Python of a model. It is parsed nowhere but in the sandbox, so that only what is certain is mended. */
import { type Block, blocksOf } from "./python-blocks.ts";
import { PYTHON, withPlainQuotes } from "./quotes.ts";
import { lineEnds, type Repair } from "./repair.ts";

const smartQuotes: Repair = {
  name: "smart-quotes",
  apply: (code) => withPlainQuotes(code, PYTHON),
};

/** For `tool.py`. */
export const PYTHON_REPAIRS: readonly Repair[] = [
  lineEnds,
  smartQuotes,
  { name: "run-context", apply: withContext },
  { name: "import-completed", apply: withCommonImports },
  { name: "failure-class", apply: withFailureClass },
];

/** For `test_tool.py`. */
export const PYTHON_TEST_REPAIRS: readonly Repair[] = [
  lineEnds,
  smartQuotes,
  {
    name: "import-completed",
    apply: (code) =>
      withImports(code, [
        [
          /^@given\(|(?<![.\w])st\./m,
          /^(?:from hypothesis import|import hypothesis)/m,
          "from hypothesis import given, strategies as st",
        ],
        [/\bpytest\./, /^(?:import pytest\b|from pytest\b)/m, "import pytest"],
        [/(?<![.\w])run\(/, /^(?:from tool import .*\brun\b|def run\b)/m, "from tool import run"],
      ]),
  },
];

/** Modules that programs use under their own name, and names that they take out of one. */
const COMMON_MODULES =
  "re math string json itertools functools collections datetime decimal fractions statistics unicodedata textwrap base64 hashlib bisect heapq operator";
const COMMON_NAMES: Readonly<Record<string, string>> = {
  collections: "Counter defaultdict deque OrderedDict",
  decimal: "Decimal ROUND_HALF_UP",
  fractions: "Fraction",
  functools: "reduce lru_cache",
  typing: "Any Dict List Optional Set Tuple Union",
};

/** Adds the imports that a program uses and forgot. */
function withCommonImports(code: string): string {
  const modules = COMMON_MODULES.split(" ").map((name): Missing => {
    const bound = new RegExp(
      `^\\s*(?:import .*\\b${name}\\b|from .* import .*\\b${name}\\b|${name}\\s*=)|[(,]\\s*${name}\\b(?!\\s*\\.)|\\bfor ${name}\\b`,
      "m",
    );
    return [new RegExp(`(?<![.\\w"'])${name}\\.[a-z]`), bound, `import ${name}`];
  });
  const names = Object.entries(COMMON_NAMES).flatMap(([module, list]) =>
    list.split(" ").map((name): Missing => {
      const bound = new RegExp(
        `^\\s*from .* import .*\\b${name}\\b|^\\s*(?:class|def) ${name}\\b`,
        "m",
      );
      return [new RegExp(`(?<![.\\w"'])${name}\\s*[([]`), bound, `from ${module} import ${name}`];
    }),
  );
  return withImports(code, [...modules, ...names]);
}

const FAILURE_CLASS = `class Failure(Exception):
    def __init__(self, code, message=""):
        super().__init__(message)
        self.code = code
`;

/** Puts the class of failures above a program that raises them without it. */
function withFailureClass(code: string): string {
  if (!/\braise Failure\(/.test(code) || /^class Failure\b/m.test(code)) return code;
  const [imports, rest] = Array.from({ length: 2 }, (_, group) =>
    blocksOf(code).filter(({ kind }) => (kind === "import" ? 0 : 1) === group),
  );
  const textOf = (blocks: readonly Block[] = []) => blocks.map(({ text }) => text);
  return `${[textOf(imports).join("\n"), FAILURE_CLASS, ...textOf(rest)].filter((text) => text !== "").join("\n\n")}\n`;
}

/** `def run(args):` gets the second parameter, unless there is a whole one as well. */
function withContext(code: string): string {
  if (/^(?:async )?def run\([^)]*,[^)]*\)/m.test(code)) return code;
  return code.replace(/^((?:async )?def run\(\s*)(\w+)(\s*:[^,)=]+)?\s*\)/m, "$1$2$3, ctx)");
}

type Missing = readonly [used: RegExp, bound: RegExp, statement: string];

function withImports(code: string, imports: readonly Missing[]): string {
  const missing = imports.filter(([used, bound]) => used.test(code) && !bound.test(code));
  return [...missing.map(([, , statement]) => `${statement}\n`), code].join("");
}
