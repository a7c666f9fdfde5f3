/** Candidates that must pass, however they look. */
import type { Changes } from "../candidate-repository.ts";
import * as odd from "../tools/odd-tools.ts";
import { SOURCE } from "../tools/recipe.ts";
import {
  type Candidate,
  files,
  good,
  goodTool,
  held,
  inFolder,
  tool,
  toolFiles,
} from "./candidate.ts";
import { CAPABLE } from "./good-capable.ts";

const WORD_COUNT = "tools/generated/word-count";

/** The tool in two modules; the second one knows how words are told apart. */
const IN_TWO_MODULES: Changes = inFolder({
  "words.ts": `/** The words of a text, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
`,
  "tool.ts": SOURCE.replace(
    'import { z } from "zod";',
    'import { z } from "zod";\nimport { wordsOf } from "./words.ts";',
  ).replace("title.toLowerCase().match(/[a-z0-9]+/g) ?? []", "wordsOf(title)"),
});

const WITHOUT_TESTS = inFolder({ "tool.test.ts": null });

const FIX = {
  [`${WORD_COUNT}/tool.ts`]: `import { z } from "zod";

export const input = z.strictObject({ text: z.string().max(100_000) });

/** Dashes between blanks are not words. */
export async function run({ text }: z.infer<typeof input>): Promise<number> {
  return text.split(/\\s+/u).filter((word) => word !== "" && word !== "-").length;
}
`,
};

const NEW_CASES = [
  { input: { text: "a - b" }, output: 2 },
  { input: { text: "-" }, output: 0 },
  { input: { text: "- one" }, output: 1 },
  { input: { text: "one -" }, output: 1 },
];

/** @param count how many new cases say what is answered otherwise now. */
function withFixedCases(known: string, count: number): Changes {
  const { cases }: { cases: readonly unknown[] } = JSON.parse(known);
  const more = NEW_CASES.slice(0, count);
  return {
    ...FIX,
    [`${WORD_COUNT}/cases.json`]: JSON.stringify({ cases: [...cases, ...more] }, null, 2),
  };
}

export const GOOD: readonly Candidate[] = [
  ...Object.entries(odd).map(([name, recipe]) =>
    goodTool(name.toLowerCase().replaceAll("_", "-"), recipe),
  ),
  ...CAPABLE,
  goodTool("in-two-modules", {}, IN_TWO_MODULES),
  good("in-two-modules-without-tests", (repository) =>
    tool(repository, {}, { ...IN_TWO_MODULES, ...WITHOUT_TESTS }),
  ),
  goodTool("without-tests", {}, WITHOUT_TESTS),
  good("python-without-tests", (repository) =>
    tool(repository, odd.PLAIN_PYTHON, inFolder({ "test_tool.py": null })),
  ),
  goodTool(
    "with-readme",
    {},
    inFolder({ "README.md": "# slug\n\nNames for addresses. Do not run `rm -rf /`.\n" }),
  ),
  goodTool("underscore-in-name", { spec: { name: "make_slug" } }),
  good("documents", (repository) =>
    files(repository, { "docs/guide.md": "A better guide: אבג.\n", "docs/more.md": "More.\n" }),
  ),
  good("readme-of-the-home", (repository) =>
    files(repository, { "README.md": "# a home\n\nWith tools.\n" }),
  ),
  good("two-tools", (repository) => tool(repository, {}, toolFiles(odd.PREDICATE)), [
    "slug",
    "is-palindrome",
  ]),
  good(
    "fix-with-new-cases",
    (repository) =>
      files(
        repository,
        withFixedCases(repository.git("show", `main:${WORD_COUNT}/cases.json`), NEW_CASES.length),
      ),
    ["word-count"],
  ),
  held(
    /answers otherwise where no case says so: input \{"text":"(?:- one|one -)"\}/,
    good(
      "fix-with-few-cases",
      (repository) =>
        files(
          repository,
          withFixedCases(repository.git("show", `main:${WORD_COUNT}/cases.json`), 2),
        ),
      ["word-count"],
    ),
  ),
  good(
    "neutral-refactoring",
    (repository) =>
      files(repository, {
        [`${WORD_COUNT}/tool.ts`]: `import { z } from "zod";

export const input = z.strictObject({ text: z.string().max(100_000) });

export async function run({ text }: z.infer<typeof input>): Promise<number> {
  const words = text.trim().split(/\\s+/u);
  return words[0] === "" ? 0 : words.length;
}
`,
      }),
    ["word-count"],
  ),
  good("messy-history", (repository) => {
    repository.branch("one").commit("wip", inFolder({ "tool.ts": "broken(\n" }));
    repository.commit("notes", inFolder({ "scratch.ts": "eval('1');\n" }));
    repository.commit("away", inFolder({ "scratch.ts": null }));
    repository.git("commit", "--quiet", "--allow-empty", "-m", "nothing");
    repository.commit("done", toolFiles());
    return "cand/one";
  }),
  good("main-merged-in", (repository) => {
    tool(repository, {});
    repository.branch("line", "main").commit("main goes on", { "main.ts": "export {};\n" });
    repository.git("update-ref", "refs/heads/main", "HEAD");
    repository.git("checkout", "--quiet", "cand/one");
    repository.git("merge", "--quiet", "--no-ff", "-m", "merge main", "main");
    repository.commit("more", inFolder({ "README.md": "Makes slugs.\n" }));
    return "cand/one";
  }),
  good("behind-main", (repository) => {
    tool(repository, {});
    repository.branch("line", "main").commit("main goes on", { "main.ts": "export {};\n" });
    repository.git("update-ref", "refs/heads/main", "HEAD");
    return "cand/one";
  }),
  good("by-its-commit", (repository) => repository.id(tool(repository, {}))),
];
