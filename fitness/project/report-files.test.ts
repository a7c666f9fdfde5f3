/** What report files do to a verdict; that they are found and read: run-checks.test.ts. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type TreeFile, TreeRepository } from "../../test/tree-repository.ts";
import { judgeProject, type ProjectJudgement } from "./judge-project.ts";

type Files = Readonly<Record<string, TreeFile>>;

let trees: TreeRepository;
beforeEach(() => {
  trees = new TreeRepository();
});
afterEach(() => trees[Symbol.dispose]());

async function judge(
  base: Files,
  candidate: Files,
  ...checks: readonly string[]
): Promise<ProjectJudgement> {
  return await judgeProject({
    repository: await trees.repository(),
    base: await trees.tree(base),
    candidate: await trees.tree(candidate),
    checks,
    dependencies: { root: trees.folder, names: [] },
    cache: join(trees.folder, "cache"),
    cleaner: new TextCleaner(),
    signal: AbortSignal.timeout(600_000),
    note: () => undefined,
  });
}

function texts({ findings }: ProjectJudgement): readonly string[] {
  return findings.map(({ stage, severity, text }) => `${stage} ${severity}: ${text}`);
}

describe("report files", () => {
  const check = "cp state.xml TEST-shop.xml; ! grep -q failure state.xml";
  const suite = (...cases: readonly string[]): Files => ({
    "state.xml": `<testsuite name="shop" tests="${cases.length}">${cases.join("")}</testsuite>`,
  });
  const [cart, pays] = ["cart", "pays"].map((name) => `<testcase name="${name}"/>`);
  const broken = '<testcase name="cart"><failure/></testcase>';
  if (cart === undefined || pays === undefined) throw new Error("no cases");

  test("name what a candidate broke, and what is not run any more", async () => {
    const worse = await judge(suite(cart, pays), suite(broken, pays), check);
    expect(texts(worse)[0]).toMatch(/^P1 refused: .*Tests that passed and fail: "cart"\.$/);
    const fewer = await judge(suite(cart, pays), suite(cart), check);
    expect(texts(fewer)).toContainEqual(
      expect.stringMatching(/^P2 held: .*1 test passed on the base, and not run .*"pays"\.$/),
    );
    const better = await judge(suite(broken, pays), suite(cart, pays), check);
    expect(better.outcome).toBe("passes");
    expect(texts(better)).toContain('P1 note: Fixed: "cart".');
  });

  test("that a test of the candidate wrote let nothing pass: not a test that is gone, not a check that fails", async () => {
    const forged = `import { writeFileSync } from "node:fs";\nwriteFileSync("a.xml", '<testsuite><testcase name="add.test.ts &gt; adds what is negative"/></testsuite>');\n`;
    const source = `import { expect, test } from "bun:test";\ntest("adds", () => { expect(1 + 2).toBe(3); });\n`;
    const negative = 'test("adds what is negative", () => { expect(1 - 2).toBe(-1); });\n';
    const base = { "add.test.ts": source + negative };
    const gone = { "add.test.ts": forged + source };
    expect(texts(await judge(base, gone, "bun test"))).toContainEqual(
      expect.stringMatching(
        /^P2 held: The check "bun test": 1 test passed on the base, and not run/,
      ),
    );
    const failing = await judge(
      { ...suite(broken), "a.txt": "a\n" },
      suite(cart),
      "cp state.xml TEST-shop.xml; exit 1",
    );
    expect(failing.outcome).toBe("held");
    expect(texts(failing)[0]).toMatch(/only report files tell what is better/);
  });
});
