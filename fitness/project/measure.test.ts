/** What P3 says of numbers that real commands print in the real sandbox; none depends on how fast the machine is. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { TreeRepository } from "../../test/tree-repository.ts";
import {
  figuresOf,
  judgeMeasure,
  type Measured,
  measureFindings,
  type ProjectMeasure,
} from "./measure.ts";
import { CheckedTree } from "./run-checks.ts";

let trees: TreeRepository;
let notes: string[];

beforeEach(() => {
  trees = new TreeRepository();
  notes = [];
});
afterEach(() => trees[Symbol.dispose]());

interface Options extends Partial<ProjectMeasure> {
  readonly wallMs?: number;
  readonly signal?: AbortSignal;
}

/** @param base what `number.sh` is on the base. */
async function measured(
  base: string,
  candidate: string,
  { command = "sh number.sh", better = "smaller", wallMs, signal }: Options = {},
): Promise<Measured> {
  const repository = await trees.repository();
  const options = {
    dependencies: { root: trees.folder, names: [] },
    cleaner: new TextCleaner(),
    signal: signal ?? new AbortController().signal,
    note: (text: string) => notes.push(text),
  };
  const treeOf = async (text: string) => await trees.tree({ "number.sh": text });
  await using ours = new CheckedTree({ repository, tree: await treeOf(base) }, options);
  await using theirs = new CheckedTree({ repository, tree: await treeOf(candidate) }, options);
  const sides = { base: ours, candidate: theirs, ...options, wallMs };
  return await judgeMeasure({ command, better }, sides);
}

const texts = ({ findings }: Measured) =>
  findings.map(({ severity, text }) => `${severity}: ${text}`);

test("a number that is twice as large is a loss, and the figures say so", async () => {
  const found = await measured("echo 100 ms", "echo 200 ms");
  expect(found.row).toMatchObject({ unit: "ms", base: 100, candidate: 200, pairs: 8, worse: 2 });
  expect(found.row?.evidence).toBeGreaterThan(100);
  expect(texts(found)).toEqual([
    expect.stringMatching(
      /^refused: The measure "sh number.sh" is worse on the candidate: yours 100 ms, the room's 200 ms \(8 pairs, smaller is better, times worse: 2, e-value \d+(?:\.\d+)? of 100\)\.$/,
    ),
  ]);
  expect(notes[7]).toBe("P3: sh number.sh, pair 8 of at most 16");
});

test.each([
  ["the same number", [100, 100], "smaller"],
  ["a little more, within what S8 allows", [100, 109], "smaller"],
  ["a better one", [100, 5], "smaller"],
  ["a better one, where larger is better", [100, 500], "larger"],
  ["nothing against nothing", [0, 0], "smaller"],
] as const)("%s passes after six pairs", async (_name, [base, candidate], better) => {
  const found = await measured(`echo ${base}`, `echo ${candidate}`, { better });
  expect(found.findings).toEqual([]);
  expect(found.row).toMatchObject({ pairs: 6, unit: "" });
  expect(found.row?.evidence).toBeLessThan(1);
});

test("a smaller number is a loss where larger is better", async () => {
  const found = await measured("echo 100 req/s", "echo 50 req/s", { better: "larger" });
  expect(texts(found)[0]).toStartWith("refused: ");
  expect(found.row).toMatchObject({ worse: 2, unit: "req/s" });
});

test("something in the place of nothing is a loss, told without a number that there is not", async () => {
  const found = await measured("echo 0", "echo 3");
  expect(texts(found)[0]).toContain("(8 pairs, smaller is better, times worse: beyond all, ");
});

test("numbers that are now worse and now better are not evidence, and pass after 16 pairs", async () => {
  // Odd seconds of a clock would depend on the machine; a random bit does not, and both sides are alike.
  const either = "test $(($(od -An -N1 -tu1 /dev/urandom) % 2)) = 0 && echo 100 || echo 300";
  const found = await measured(either, either);
  expect(found.row?.pairs).toBeLessThanOrEqual(16);
  expect(found.row?.evidence).toBeLessThan(100);
  expect(found.findings).toEqual([]);
});

test("the last line counts, whatever comes before it", async () => {
  const text = "echo warming up; echo 7; echo; echo ' 1.5e3 %'; echo; echo 9 >&2";
  expect((await measured(text, text)).row).toMatchObject({ base: 1500, unit: "%" });
});

test.each([
  ["fails", "exit 3", "ends with exit code 3"],
  ["prints nothing", "true", "prints nothing"],
  ["prints words", "echo fast", 'ends with the line "fast", which is not a number'],
  ["prints NaN", "echo NaN", 'ends with the line "NaN", which is not a number'],
  ["prints Infinity", "echo Infinity", 'ends with the line "Infinity", which is not a number'],
  ["prints 1e999", "echo 1e999", 'ends with the line "1e999", which is too large a number'],
  ["prints less than 0", "echo -3", 'ends with the line "-3", which is below 0'],
  ["prints two numbers", "echo 1 2", 'ends with the line "1 2", which is not a number'],
  ["changes the unit", "echo 1 s", 'prints the unit "s", and "ms" before'],
  ["prints an escape", "printf '\\033[2J1'", "which is not a number"],
])("a candidate whose measure %s is held", async (_name, candidate, text) => {
  const found = await measured("echo 100 ms", candidate);
  expect(found.row).toBeUndefined();
  expect(found.findings).toHaveLength(1);
  expect(texts(found)[0]).toStartWith('held: On the candidate the measure "sh number.sh" ');
  expect(texts(found)[0]).toContain(text);
  expect(texts(found)[0]).toEndWith("; so it says nothing of this change.");
  expect(texts(found)[0]).not.toContain("\x1b");
});

test("what fails on the user's own version is told as such", async () => {
  expect(texts(await measured("exit 1", "echo 1"))).toEqual([
    'held: On your version the measure "sh number.sh" ends with exit code 1; so it says nothing of this change.',
  ]);
});

test("one that hangs is ended with the time of all runs", async () => {
  expect(texts(await measured("sleep 600", "echo 1", { wallMs: 1500 }))).toEqual([
    'held: The measure "sh number.sh" made no pair of runs within 2 s.',
  ]);
});

test("a person who stops it ends it", async () => {
  const stop = new AbortController();
  const run = measured("sleep 600", "echo 1", { signal: stop.signal });
  stop.abort(new Error("stopped"));
  expect(run).rejects.toThrow("stopped");
  await run.catch(() => undefined);
});

test("figures have four digits that count", () => {
  const measure = { command: "x", better: "smaller", unit: "" } as const;
  const row = { ...measure, base: 0.123456, candidate: 1234567, pairs: 1, needed: 100 };
  expect(figuresOf({ ...row, worse: 1.23456, evidence: 0.98765 })).toBe(
    "yours 0.1235, the room's 1235000 (1 pair, smaller is better, times worse: 1.235, e-value 0.9877 of 100)",
  );
});

test("a comparison that its time cut off before it was settled, or amid a likely loss, holds", () => {
  const measure = { command: "x", better: "smaller", unit: "ms", needed: 100 } as const;
  const slow = { ...measure, base: 1, candidate: 3, worse: 3, evidence: 2, pairs: 6 };
  const cut = { exceeded: false, cut: "within 1800 s" };
  const figures =
    "yours 1 ms, the room's 3 ms (6 pairs, smaller is better, times worse: 3, e-value 2 of 100)";
  expect(measureFindings(slow, cut)).toEqual([
    {
      stage: "P3",
      severity: "held",
      text: `The measure "x" was cut after 6 pairs within 1800 s, too few to tell: ${figures}.`,
    },
  ]);
  for (const pairs of [1, 5]) {
    const [found, ...more] = measureFindings({ ...slow, worse: 0.5, pairs }, cut);
    expect(found).toMatchObject({ severity: "held" });
    expect(found?.text).toContain(`was cut after ${pairs} pair`);
    expect(more).toEqual([]);
  }
  const [message] = measureFindings({ ...slow, worse: 1.1 }, cut);
  expect(message).toMatchObject({ severity: "note" });
  expect(message?.text).toContain("was cut after 6 pairs within 1800 s, and shows no loss: yours");
  expect(measureFindings(slow, { exceeded: false, cut: undefined })).toEqual([]);
});

test("no measure that is too slow for six pairs passes, whatever it prints", async () => {
  // However fast the machine is, a pair takes two seconds: at most two pairs are whole.
  const slow = "sleep 1; echo 100 ms";
  const found = await measured(slow, slow, { wallMs: 5000 });
  expect(texts(found)).toEqual([
    expect.stringMatching(/^held: The measure "sh number.sh" (?:was cut after \d|made no pair)/),
  ]);
});
