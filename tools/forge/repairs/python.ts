/** Python of a model. It is parsed nowhere but in the sandbox, so that only what is certain is mended. */
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

/** `def run(args):` gets the second parameter, unless there is a whole one as well. */
function withContext(code: string): string {
  if (/^(?:async )?def run\([^)]*,[^)]*\)/m.test(code)) return code;
  return code.replace(/^((?:async )?def run\(\s*)(\w+)(\s*:[^,)=]+)?\s*\)/m, "$1$2$3, ctx)");
}

type Missing = readonly [used: RegExp, bound: RegExp, statement: string];

function withImports(code: string, known: readonly Missing[]): string {
  const missing = known.filter(([used, bound]) => used.test(code) && !bound.test(code));
  return [...missing.map(([, , statement]) => `${statement}\n`), code].join("");
}
