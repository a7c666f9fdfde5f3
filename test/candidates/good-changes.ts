/** Changes of a tool that main has, as honest people make them. */
import {
  type CandidateRepository,
  type Changes,
  WORD_COUNT_SPEC,
} from "../candidate-repository.ts";
import * as odd from "../tools/odd-tools.ts";
import { type Candidate, files, good, held, tool, toolFiles } from "./candidate.ts";

const WORD_COUNT = "tools/generated/word-count";
const FILES = ["spec.json", "tool.ts", "cases.json", "tool.test.ts"];

type Edit = (text: string) => string;

/** Changes of the tool that main has, each made of the file as it is there. */
function edits(repository: CandidateRepository, files: Readonly<Record<string, Edit>>): Changes {
  return Object.fromEntries(
    Object.entries(files).map(([file, edit]) => [
      `${WORD_COUNT}/${file}`,
      edit(repository.git("show", `main:${WORD_COUNT}/${file}`)),
    ]),
  );
}

function changed(id: string, made: Readonly<Record<string, Edit>>): Candidate {
  return good(id, (repository) => files(repository, edits(repository, made)), ["word-count"]);
}

const moreCases =
  (...more: readonly object[]): Edit =>
  (known) => {
    const { cases }: { cases: readonly unknown[] } = JSON.parse(known);
    return JSON.stringify({ cases: [...cases, ...more] }, null, 2);
  };

const contract =
  (change: object): Edit =>
  () =>
    `${JSON.stringify({ ...WORD_COUNT_SPEC, ...change }, null, 2)}\n`;

const program =
  (body: string): Edit =>
  () =>
    `import { z } from "zod";

export const input = z.strictObject({ text: z.string().max(100_000) });

export async function run({ text }: z.infer<typeof input>): Promise<number> {
${body}
}
`;

const gone = (): Changes =>
  Object.fromEntries(FILES.map((file) => [`${WORD_COUNT}/${file}`, null]));

/** Main counted a dash as a word, and a case said so. */
function withWrongCase(repository: CandidateRepository): string {
  const wrong = moreCases({ input: { text: "a - b" }, output: 3 });
  repository
    .branch("line", "main")
    .commit("add a case", edits(repository, { "cases.json": wrong }));
  repository.git("update-ref", "refs/heads/main", "HEAD");
  const right: Edit = (text) => text.replace(/"output": 3\s*\}\s*\]/, '"output": 2 } ]');
  const skipDashes: Edit = (text) => text.replace('word !== ""', 'word !== "" && word !== "-"');
  return files(repository, edits(repository, { "cases.json": right, "tool.ts": skipDashes }));
}

const WITH_OPTION = {
  "spec.json": contract({
    input: {
      type: "object",
      properties: {
        text: { type: "string", maxLength: 100_000 },
        atLeast: { type: "integer", minimum: 1, maximum: 50 },
      },
      required: ["text"],
      additionalProperties: false,
    },
  }),
  "tool.ts": () => `import { z } from "zod";

export const input = z.strictObject({
  text: z.string().max(100_000),
  atLeast: z.int().min(1).max(50).optional(),
});

export async function run({ text, atLeast = 1 }: z.infer<typeof input>): Promise<number> {
  return text.split(/\\s+/u).filter((word) => word.length >= atLeast).length;
}
`,
  "cases.json": moreCases(
    { input: { text: "a bb ccc", atLeast: 2 }, output: 2 },
    { input: { text: "a bb ccc", atLeast: 4 }, output: 0 },
    { input: { text: "a", atLeast: 0 }, error: "INVALID_INPUT" },
  ),
};

export const GOOD_CHANGES: readonly Candidate[] = [
  changed("fix-lone-dots", {
    "tool.ts": (text) => text.replace('word !== ""', "!/^\\.*$/u.test(word)"),
    "cases.json": moreCases(
      { input: { text: "wait ... what" }, output: 2 },
      { input: { text: "..." }, output: 0 },
    ),
  }),
  changed("refactoring-by-match", {
    "tool.ts": program("  return text.match(/\\S+/gu)?.length ?? 0;"),
  }),
  changed("refactoring-to-a-loop", {
    "tool.ts": program(`  let words = 0;
  let inWord = false;
  for (const char of text) {
    const blank = /\\s/u.test(char);
    if (!blank && !inWord) words += 1;
    inWord = !blank;
  }
  return words;`),
  }),
  changed("new-optional-field", WITH_OPTION),
  changed("more-cases", {
    "cases.json": moreCases(
      { input: { text: "it's well-known" }, output: 2 },
      { input: { text: "\u3042\u3000\u3044" }, output: 2 },
    ),
  }),
  changed("better-tests", {
    "tool.test.ts": (
      text,
    ) => `${text.replace('expect(await run({ text: "" })).toBe(0);', 'expect(await run({ text: "" })).toBe(0);\n  expect(await run({ text: "\\n" })).toBe(0);')}
test("blanks around a text count nothing", async () => {
  expect(await run({ text: "  one  two " })).toBe(2);
});
`,
  }),
  changed("another-way-to-ask", {
    "spec.json": contract({ asks: ["how many words are in this", "is my essay long enough"] }),
  }),
  good(
    "in-a-second-module",
    (repository) =>
      files(repository, {
        ...edits(repository, {
          "tool.ts": (text) =>
            text
              .replace('from "zod";\n', 'from "zod";\nimport { wordsOf } from "./words.ts";\n')
              .replace(/text\.split.*\.length/, "wordsOf(text).length"),
        }),
        [`${WORD_COUNT}/words.ts`]: `/** What stands between blanks. */
export function wordsOf(text: string): string[] {
  return text.split(/\\s+/u).filter((word) => word !== "");
}
`,
        [`${WORD_COUNT}/README.md`]: "# word-count\n\nCounts what stands between blanks.\n",
      }),
    ["word-count"],
  ),
  good(
    "two-tools-in-two-languages",
    (repository) => tool(repository, { spec: { language: "python" } }, toolFiles(odd.CAPITALS)),
    ["slug", "capital"],
  ),
  held(
    /^word-count: the tool is gone/,
    good("retired", (repository) => files(repository, gone()), ["word-count"]),
  ),
  held(
    /^word-count: the tool is gone/,
    good(
      "renamed",
      (repository) =>
        files(repository, {
          ...gone(),
          ...Object.fromEntries(
            FILES.map((file) => [
              `tools/generated/count-words/${file}`,
              repository
                .git("show", `main:${WORD_COUNT}/${file}`)
                .replace('"word-count"', '"count-words"'),
            ]),
          ),
        }),
      ["word-count", "count-words"],
    ),
  ),
  held(
    /case 6 of main has another answer.*main says 3 · now 2/,
    good("wrong-case-corrected", withWrongCase, ["word-count"]),
  ),
  held(
    /it tells models something new: "Counts the words of a text that stand between blanks\."/,
    good(
      "better-description",
      (repository) =>
        files(
          repository,
          edits(repository, {
            "spec.json": contract({
              description: "Counts the words of a text that stand between blanks.",
            }),
          }),
        ),
      ["word-count"],
    ),
  ),
];
