/** What the gate of a project says of real trees, with real runners in the real sandbox. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type TreeFile, TreeRepository } from "../../test/tree-repository.ts";
import { judgeProject, type ProjectJudgement, type ProjectToJudge } from "./judge-project.ts";

type Files = Readonly<Record<string, TreeFile>>;

let trees: TreeRepository;
let notes: string[];

beforeEach(() => {
  trees = new TreeRepository();
  notes = [];
});
afterEach(() => trees[Symbol.dispose]());

async function judge(
  base: Files,
  candidate: Files,
  options: Partial<Pick<ProjectToJudge, "checks" | "measure" | "wallMs" | "dependencies">> = {},
): Promise<ProjectJudgement> {
  return await judgeProject({
    repository: await trees.repository(),
    base: await trees.tree(base),
    candidate: await trees.tree(candidate),
    checks: ["bun test"],
    dependencies: { root: trees.folder, names: [] },
    cache: join(trees.folder, "cache"),
    cleaner: new TextCleaner(),
    signal: AbortSignal.timeout(600_000),
    note: (text) => notes.push(text),
    ...options,
  });
}

function texts({ findings }: ProjectJudgement): readonly string[] {
  return findings.map(({ stage, severity, text }) => `${stage} ${severity}: ${text}`);
}

const ADD = "export const add = (a: number, b: number): number => a + b;\n";
const testOf = (...bodies: readonly string[]): string =>
  `import { expect, test } from "bun:test";\nimport { add } from "./add.ts";\n${bodies.join("\n")}\n`;
const ADDS = 'test("adds", () => { expect(add(1, 2)).toBe(3); });';
const NEGATIVE = 'test("adds what is negative", () => { expect(add(-1, -2)).toBe(-3); });';
const BASE: Files = { "add.ts": ADD, "add.test.ts": testOf(ADDS, NEGATIVE) };

describe("a candidate", () => {
  test("that breaks nothing passes, and the base is not run twice for it", async () => {
    const better = { ...BASE, "add.ts": `// Adds.\n${ADD}` };
    const first = await judge(BASE, better);
    expect(texts(first)).toEqual([]);
    expect(first.outcome).toBe("passes");
    expect(first.checks.map(({ base, candidate }) => [base.exit, candidate.exit])).toEqual([
      [0, 0],
    ]);
    const second = await judge(BASE, better);
    // The same object: what was kept is told, its time included.
    expect(second.checks[0]?.base).toEqual(first.checks[0]?.base as never);
  });

  test("that breaks a test is refused by its name, after both were run again", async () => {
    const worse = { ...BASE, "add.ts": ADD.replace("a + b", "Math.abs(a) + Math.abs(b)") };
    const judgement = await judge(BASE, worse);
    expect(judgement.outcome).toBe("refused");
    expect(texts(judgement)).toEqual([
      'P1 refused: The check "bun test" passes on the base; on the candidate it twice ends with exit code 1. Tests that passed and fail: "add.test.ts > adds what is negative".',
    ]);
    expect(notes).toContain("P1: bun test once more on both, because it failed");
  });
});

describe("the tests of a candidate", () => {
  const failing = { ...BASE, "add.ts": ADD.replace("a + b", "a - b") };

  test("that passes what failed says what it has fixed", async () => {
    const judgement = await judge(failing, BASE);
    expect(judgement.outcome).toBe("passes");
    expect(texts(judgement)).toEqual([
      'P1 note: The check "bun test" failed and passes now.',
      'P1 note: Fixed: "add.test.ts > adds", "add.test.ts > adds what is negative".',
    ]);
  });

  test("that fail on the base too, and of which none passes now, hold it", async () => {
    const judgement = await judge(failing, { ...failing, "other.ts": "" });
    expect(judgement.outcome).toBe("held");
    expect(texts(judgement)).toEqual([
      'P1 held: The check "bun test" fails on the base too (it ends with exit code 1): no test that failed passes now.',
    ]);
  });

  test("of which one is fixed and another fails as before let it pass, and both are told", async () => {
    const no = 'test("no", () => { expect(1).toBe(2); });';
    const tests = { "add.test.ts": testOf(ADDS, NEGATIVE, no) };
    const judgement = await judge({ ...failing, ...tests }, { ...BASE, ...tests });
    expect(judgement.outcome).toBe("passes");
    expect(texts(judgement)).toEqual([
      'P1 note: The check "bun test" fails on the base too (it ends with exit code 1): no test that passed fails now.',
      'P1 note: Fixed: "add.test.ts > adds", "add.test.ts > adds what is negative".',
    ]);
  });

  test("that break beside one that failed before are refused by name", async () => {
    const half = {
      ...BASE,
      "add.test.ts": testOf(ADDS, NEGATIVE, 'test("no", () => { expect(1).toBe(2); });'),
    };
    const judgement = await judge(half, {
      ...half,
      "add.ts": ADD.replace("a + b", "a > 0 ? a + b : 0"),
    });
    expect(judgement.outcome).toBe("refused");
    expect(texts(judgement)).toEqual([
      'P1 refused: The check "bun test" has tests that fail on the candidate, twice, and passed on the base. Tests that passed and fail: "add.test.ts > adds what is negative".',
    ]);
  });

  test("that are deleted hold it, though everything passes", async () => {
    const judgement = await judge(failing, {
      "add.ts": failing["add.ts"],
      "add.test.ts": testOf('test("x", () => {});'),
    });
    expect(judgement.outcome).toBe("held");
    expect(texts(judgement)).toContain(
      'P2 held: "add.test.ts" no longer has the tests "adds", "adds what is negative".',
    );
  });

  test("that are marked as skipped hold it", async () => {
    const judgement = await judge(BASE, {
      ...BASE,
      "add.test.ts": testOf(ADDS, NEGATIVE.replace("test(", "test.skip(")),
    });
    expect(judgement.outcome).toBe("held");
    expect(texts(judgement)).toEqual([
      'P2 held: "add.test.ts" keeps tests from counting with "test.skip".',
      'P2 held: The check "bun test": 1 test passed on the base, and skipped on the candidate: "add.test.ts > adds what is negative".',
    ]);
  });

  test("that no longer run, because the runner is told to look elsewhere, hold it", async () => {
    const judgement = await judge(BASE, {
      ...BASE,
      "bunfig.toml": '[test]\nroot = "./none"\n',
      "none/one.test.ts": 'import { test } from "bun:test";\ntest("one", () => {});\n',
    });
    expect(judgement.outcome).toBe("held");
    expect(texts(judgement)).toEqual([
      'P0 held: "bunfig.toml" is new, and it decides how tests are run.',
      'P2 held: The check "bun test": 2 tests passed on the base, and not run on the candidate: "add.test.ts > adds", "add.test.ts > adds what is negative".',
    ]);
  });

  test("that print forged results and fail are refused: the exit code counts first", async () => {
    const forged = testOf(
      'console.error("(pass) adds [0.01ms]\\n(pass) adds what is negative\\n\\n 2 pass\\n 0 fail");',
      "process.exit(1);",
    );
    const judgement = await judge(BASE, { ...BASE, "add.test.ts": forged });
    expect(judgement.outcome).toBe("refused");
    expect(texts(judgement)[0]).toBe(
      'P1 refused: The check "bun test" passes on the base; on the candidate it twice ends with exit code 1.',
    );
  });

  test("that print the results of tests which are gone hold it, by what does not fit together", async () => {
    const forged = `console.error("add.test.ts:\\n(pass) adds\\n(pass) adds what is negative");`;
    const judgement = await judge(BASE, {
      ...BASE,
      "add.test.ts": testOf(forged, 'test("x", () => {});'),
    });
    expect(judgement.outcome).toBe("held");
    expect(texts(judgement)).toContain(
      'P1 held: The check "bun test" reports results that do not fit together, so the names of its tests prove nothing: bun test names more passing tests than it counts (3 of 1).',
    );
  });

  test("that end their runner early with exit code 0 hold it: names are missing", async () => {
    const judgement = await judge(BASE, { ...BASE, "add.ts": `process.exit(0);\n${ADD}` });
    expect(judgement.outcome).toBe("held");
    expect(texts(judgement)).toEqual([
      'P2 held: "add.ts" gets code that ends its process as if all were well: "process.exit(0)".',
      'P2 held: The check "bun test": 2 tests passed on the base, and not run on the candidate: "add.test.ts > adds", "add.test.ts > adds what is negative".',
    ]);
  });
});

describe("a check", () => {
  test("that writes, leaves a process and looks around changes nothing for the next one", async () => {
    const checks = [
      "echo changed > add.ts; rm add.test.ts; (sleep 600 &) ; echo x > /tmp/left; ! touch /usr/x 2>/dev/null && ! ls /root /home 2>/dev/null",
      'grep -q Adds add.ts; test -e add.test.ts && test ! -e /tmp/left && test -z "$(pgrep sleep)"',
    ];
    const judgement = await judge(BASE, { ...BASE, "add.ts": `// Adds.\n${ADD}` }, { checks });
    expect(judgement.checks.map(({ base, candidate }) => [base.exit, candidate.exit])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test("that never ends on the candidate is stopped and refused", async () => {
    const checks = ["sh check.sh"];
    const [quick, slow] = [{ "check.sh": "true\n" }, { "check.sh": "sleep 600\n" }];
    const judgement = await judge(quick, slow, { checks, wallMs: 3000 });
    expect(judgement.outcome).toBe("refused");
    expect(texts(judgement)).toEqual([
      // Three seconds, and what a busy machine needs to end it.
      expect.stringMatching(
        /^P1 refused: The check "sh check\.sh" passes on the base; on the candidate it twice was stopped after (?:[3-9]|\d\d) s: it took too long\.$/,
      ),
      'P0 held: "check.sh" changes, and the check "sh check.sh" starts or loads it.',
    ]);
  });

  test("that calls another program than before holds the candidate, though it passes", async () => {
    const files = { "check.sh": "exit 1\n", "a.txt": "" };
    const judgement = await judge(
      files,
      { ...files, "check.sh": "true\n" },
      { checks: ["sh check.sh"] },
    );
    expect(judgement.outcome).toBe("held");
  });

  test("that names no tests counts as one", async () => {
    const checks = ["test ! -e bad.txt"];
    const judgement = await judge({ "a.txt": "" }, { "a.txt": "", "bad.txt": "" }, { checks });
    expect(texts(judgement)).toEqual([
      'P1 refused: The check "test ! -e bad.txt" passes on the base; on the candidate it twice ends with exit code 1.',
    ]);
  });

  test("whose program is not in the sandbox says so", async () => {
    const checks = ["no-such-program --test"];
    const judgement = await judge({ "a.txt": "" }, { "a.txt": "b" }, { checks });
    expect(texts(judgement)[0]).toContain("A program that it calls is not in the sandbox");
  });

  test("finds the dependencies of the checkout, may write beside them, and they stay as they are", async () => {
    const checkout = join(trees.folder, "checkout");
    const file = join(checkout, "packages/a/node_modules/left/index.js");
    await Bun.write(file, "export const left = 1;\n");
    const checks = [
      "cd packages/a && bun -e 'import { left } from \"left\"; process.exit(left)'; test $? = 1 && test ! -e node_modules/x && touch node_modules/x",
    ];
    const files = { "packages/a/a.ts": "" };
    const judgement = await judge(
      files,
      { ...files, "b.ts": "" },
      {
        checks,
        dependencies: {
          root: checkout,
          names: [
            "packages/a/node_modules",
            "../..",
            "missing",
            "packages/a/node_modules/left/index.js",
          ],
        },
      },
    );
    expect(judgement.checks[0]?.candidate).toMatchObject({ exit: 0 });
    expect(judgement.outcome).toBe("passes");
    expect(readdirSync(join(checkout, "packages/a/node_modules"))).toEqual(["left"]);
  });
});

describe("a tree", () => {
  test("with a link that leads out is refused before anything of it runs", async () => {
    const link = { mode: "120000", content: "../../home/user/.ssh/id_ed25519" };
    const judgement = await judge(BASE, { ...BASE, key: link });
    expect(judgement).toMatchObject({ outcome: "refused", checks: [] });
    expect(texts(judgement)).toEqual([
      'P0 refused: "key" is a link to "../../home/user/.ssh/id_ed25519", which leads out of the repository. Remove it.',
    ]);
  });

  test("that changes nothing is refused", async () => {
    expect(texts(await judge(BASE, BASE))).toEqual(["P0 refused: The candidate changes nothing."]);
  });

  test.each([[[]], [[" "]], [["", "# bun test"]]])(
    "is held where no checks are set, as in %j",
    async (checks) => {
      const judgement = await judge(BASE, { ...BASE, "b.txt": "" }, { checks });
      expect(judgement.outcome).toBe("held");
      expect(texts(judgement)).toEqual([
        "P1 held: No checks are set for this project, so nothing was run.",
      ]);
    },
  );

  test("is held where the only check fails on both sides and names no test", async () => {
    const judgement = await judge(BASE, { ...BASE, "b.txt": "" }, { checks: ["exit 3"] });
    expect(judgement.outcome).toBe("held");
    expect(texts(judgement).join("\n")).toContain("it names no tests, so it proves nothing");
  });
});

describe("a measure", () => {
  const measure = { command: "wc -c < size.txt", better: "smaller" } as const;
  const small = { "size.txt": "12345" };
  const large = { "size.txt": "1234567890" };

  test("refuses a clear loss although all checks pass", async () => {
    const judgement = await judge(small, large, { checks: ["true"], measure });
    expect(judgement).toMatchObject({
      outcome: "refused",
      measure: { ...measure, base: 5, candidate: 10 },
    });
    expect(texts(judgement)[0]).toStartWith('P3 refused: The measure "wc -c < size.txt" is worse');
  });

  test("never helps: what a check refuses is not measured, what is held stays held", async () => {
    const refused = await judge(large, small, {
      checks: ["test ! -s size.txt || grep 7890 size.txt"],
      measure,
    });
    expect(refused.outcome).toBe("refused");
    expect(refused.measure).toBeUndefined();
    const held = await judge(large, small, { checks: [], measure });
    expect(held).toMatchObject({ outcome: "held", measure: { pairs: 6, worse: 0.5 } });
  });
});
