import { expect, test } from "bun:test";
import { edgesOf } from "./import-rules.ts";
import { walkProblems } from "./walks.ts";

const EDGES = [
  ...edgesOf("main.ts", 'import "#cli/run.ts";\n'),
  ...edgesOf("cli/run.ts", 'import "./load.ts";\nimport "#app/app.ts";\n'),
  ...edgesOf("app/app.ts", 'import "#core/log.ts";\n'),
];

function problemsOf(walk: string): readonly string[] {
  return walkProblems(`# House\n\n## Five walks from main.ts\n\n${walk}\n\n## Next\n`, EDGES);
}

test("a walk along imports has no problem, and inside a folder a step needs none", () => {
  const walk =
    "- A line: `main.ts` → `cli/load.ts`;\n  then: `cli/load.ts` → `cli/run.ts` → `app/app.ts`";
  expect(problemsOf(walk)).toEqual([
    'Walk "A line" goes main.ts → cli/load.ts, and that is not an import',
  ]);
  expect(problemsOf(walk.replace("`main.ts` → `cli/load.ts`", "`main.ts` → `cli/run.ts`"))).toEqual(
    [],
  );
});

test("a step back up, a file that is gone and a walk that is too long are each said", () => {
  expect(problemsOf("- A job: `app/app.ts` → `cli/run.ts`")).toEqual([
    'Walk "A job" goes app/app.ts → cli/run.ts, and that is not an import',
  ]);
  expect(problemsOf("- A job: `app/gone.ts` → `app/app.ts`")).toEqual([
    'Walk "A job" names app/gone.ts, and there is no such file',
  ]);
  const long = Array.from({ length: 21 }, (_, at) => `\`cli/f${at}.ts\``).join(" → ");
  expect(problemsOf(`- A job: ${long}`)).toContain('Walk "A job" passes 21 files');
});

test("a document without walks is judged by the rest alone", () => {
  expect(walkProblems("# House\n", EDGES)).toEqual([]);
});
