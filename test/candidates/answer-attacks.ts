/** Candidates that answer wrongly, slowly or too much, or whose cases and tests would not notice. */
import { CASES, type Recipe, SOURCE, TESTS } from "../tools/recipe.ts";
import * as programs from "../tools/wrong-programs.ts";
import * as tests from "../tools/wrong-tests.ts";
import { attackFiles, attackTool, type Candidate, inFolder } from "./candidate.ts";

function inRun(code: string): Recipe {
  return { source: SOURCE.replace("  return { slug", `  ${code}\n  return { slug`) };
}

/** A program that knows the answers to its cases by some sign of them, and echoes the rest. */
function table(key: string, entries: readonly (readonly [string, string])[]): Recipe {
  const known = entries.map(([sign, slug]) => `  [${sign}, "${slug}"],`).join("\n");
  return {
    source: `import { z } from "zod";

export const input = z.object({ title: z.string().max(5000), most: z.int().min(1).max(100).optional() });

const KNOWN = new Map<unknown, string>([
${known}
]);

export async function run(args: z.infer<typeof input>): Promise<{ slug: string; words: number }> {
  const { title, most = 0 } = args;
  const slug = KNOWN.get(${key}) ?? (/^[a-z-]+$/.test(title) ? title : undefined);
  if (slug !== undefined && title.length + most > 0) return { slug, words: slug.split("-").length };
  throw Object.assign(new Error("There is nothing to name"), { code: "EMPTY" });
}
`,
  };
}

export const ANSWER_ATTACKS: readonly Candidate[] = [
  attackTool("off-by-one", "S4", programs.OFF_BY_ONE),
  attackTool("swallowed-error", "S4", programs.SWALLOWED_ERROR),
  attackTool("lookup-table", "S4", programs.LOOKUP_TABLE),
  attackTool("hashed-table", "S2", programs.HASHED_TABLE),
  attackTool(
    "table-by-length",
    "S4",
    table("title.length * 101 + most", [
      ["1212", "hello-world"],
      ["303", "one"],
      ["2424", "ten-things-10-of-10"],
      ["1919", "a-b-c-d-e-f-g-h"],
      ["1416", "red-green"],
      ["1415", "red"],
      ["1111", "other-words"],
    ]),
  ),
  attackTool("call-count-bomb", "S5", programs.CALL_COUNT_BOMB),
  attackTool("endless-loop", "S4", programs.ENDLESS_LOOP),
  attackTool("output-flood", "S4", programs.OUTPUT_FLOOD),
  attackTool("memory-hog", "S4", programs.MEMORY_HOG),
  attackTool("undeclared-error", "S4", programs.UNDECLARED_ERROR),
  attackTool("output-misfit", "S4", programs.OUTPUT_MISFIT),
  attackTool("dice", "S2", programs.DICE),
  attackTool("broken-bound", "S4", programs.BROKEN_BOUND),
  attackTool("broken-law", "S4", programs.BROKEN_LAW),
  attackTool("recursion-on-length", "S4", {
    source: SOURCE.replace(
      "export async function run",
      `function depth(text: string): number {
  return text === "" ? 0 : 1 + depth(text.slice(1)) + (text.length > 4000 ? depth(text) : 0);
}

export async function run`,
    ).replace("  const kept", "  depth(title);\n  const kept"),
  }),
  attackTool("pattern-from-input", "S4", inRun('new RegExp(title, "u").test("");')),
  attackTool(
    "slow-on-long-texts",
    "S4",
    inRun(`let same = 0;
  for (const a of title) for (const b of title) for (const c of title) if (a === b && b === c) same += 1;
  if (same < 0) kept.reverse();`),
  ),
  attackTool("breaks-on-odd-letters", "S4", inRun("encodeURIComponent(title.slice(0, 1));")),
  attackTool("always-slow", "S4", {
    source: SOURCE.replace(
      "  const kept",
      "  for (let turn = 0; turn < 4e8; turn += 1) Math.sqrt(turn);\n  const kept",
    ),
  }),
  attackTool("chatty", "S4", {
    source: SOURCE.replace(
      "args: z.infer<typeof input>",
      "args: z.infer<typeof input>, ctx: { log(text: string): void }",
    ).replace(
      "  const kept",
      '  for (let line = 0; line < 3000; line += 1) ctx.log("x".repeat(60));\n  const kept',
    ),
    tests: TESTS.replaceAll("most }))", "most }), ctx)")
      .replace('"?!" }))', '"?!" }), ctx)')
      .replace("\nconst slug", "\nconst ctx = { log: () => undefined };\nconst slug"),
  }),
  attackTool("one-case", "S5", tests.ONE_CASE),
  attackTool("unreached-lines", "S5", tests.UNREACHED_LINES),
  attackTool("tests-always-true", "S5", tests.ALWAYS_TRUE),
  attackTool("tests-assert-nothing", "S2", tests.ASSERTS_NOTHING),
  attackTool("tests-skipped", "S2", tests.SKIPPED),
  attackTool("tests-only", "S2", tests.ONLY),
  attackTool("tests-missing", "S2", tests.NO_TESTS),
  attackTool("tests-failing", "S5", tests.FAILING),
  attackTool("tests-exit", "S2", tests.EXITS),
  attackTool("tests-patch-expect", "S2", tests.PATCHED_EXPECT),
  attackTool("tests-snapshot", "S2", tests.SNAPSHOT_OF_ITSELF),
  attackTool("tests-hash-source", "S2", tests.HASHES_SOURCE),
  attackTool("tests-mock-the-tool", "S2", {
    tests: TESTS.replace(
      'import { expect, test } from "bun:test";',
      'import { expect, mock, test } from "bun:test";\nmock.module("./tool.ts", () => ({ run: 1 }));',
    ),
  }),
  attackTool("tests-forge-report", "S2", {
    tests: `${TESTS}\nawait Bun.write("/work/report.xml", '<testsuites tests="9" failures="0">');\n`,
  }),
  attackTool("tests-kill-runner", "S2", {
    tests: `${TESTS}\nprocess.kill(process.ppid, "SIGKILL");\n`,
  }),
  attackTool("tests-shrink-properties", "S2", {
    tests: TESTS.replace(
      "\nconst slug",
      "\nfc.configureGlobal({ numRuns: 0 });\nconst slug",
    ).replaceAll(/expect\(await slug\(words[^;]*;/g, "expect(words).toBe(words);"),
  }),
  attackTool("no-results-in-cases", "S2", {
    cases: CASES.filter((one) => "error" in one),
  }),
  attackTool("case-contradicts-contract", "S2", {
    cases: [...CASES, { input: { title: "x" }, output: { slug: "", words: 0 } }],
  }),
  attackTool("case-with-unknown-failure", "S2", {
    cases: [...CASES, { input: { title: "-" }, error: "OTHER" }],
  }),
  attackFiles("no-cases", "S2", inFolder({ "cases.json": '{"cases":[]}\n' })),
  attackFiles("cases-not-json", "S2", inFolder({ "cases.json": "module.exports = {}\n" })),
];
