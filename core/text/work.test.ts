import { describe, expect, spyOn, test } from "bun:test";
import { ENDLESS, OPEN_KEY_FILE } from "#test/endless-secrets.ts";
import { KINDS } from "./kinds.ts";
import { Redactor } from "./redactor.ts";
import { type Search, SecretFinder } from "./secret-finder.ts";
import { TextCleaner } from "./text-cleaner.ts";

/** Twice what the longest of all patterns looks at. */
const LENGTH = 8_000;
const PIECE = 7;
/** How often a character may be looked through, on average, however small the pieces are. */
const MOST_LOOKS = 70;
/** What is found at one place and rejected may be found again behind its name: a head of 256, a name of four. */
const MOST_FOUND = 80;

/** Counts what it is asked to look through. A clock would say the same, but not on every machine. */
class CountingFinder extends SecretFinder {
  /** Characters that were given to the patterns, each as often as it was. */
  searched = 0;
  /** Characters of all that the patterns found, what was rejected afterwards included. */
  found = 0;

  override isQuiet(text: string): boolean {
    this.searched += text.length;
    return super.isQuiet(text);
  }

  override search(text: string): Search {
    this.searched += text.length;
    const search = super.search(text);
    const next = search.next.bind(search);
    search.next = (at) => {
      const finding = next(at);
      if (finding !== undefined) this.found += finding.end - finding.from;
      return finding;
    };
    return search;
  }
}

describe("the work for what never ends is in proportion to its length", () => {
  test.each(ENDLESS.map((unit) => [JSON.stringify(unit), unit]))("%s", (_name, unit) => {
    for (const prefix of ["", OPEN_KEY_FILE]) {
      const text = prefix + unit.repeat(Math.ceil(LENGTH / unit.length));
      const whole = workOf([text]);
      const pieces = workOf(text.match(new RegExp(`[^]{1,${PIECE}}`, "g")) ?? []);
      for (const { searched, found } of [whole, pieces]) {
        expect(searched).toBeLessThan(MOST_LOOKS * text.length);
        expect(found).toBeLessThan(MOST_FOUND * text.length);
      }
    }
  });
});

/** What `cleanInSlices` cleans between two turns of everything else where each slice takes too long, in characters. */
const SLICE = 2048;

test.each(ENDLESS.map((unit) => [JSON.stringify(unit), unit]))(
  "while a long output of %s is cleaned everything else has its turn behind each slow slice",
  async (_name, unit) => {
    const cleaner = new TextCleaner(["swordfish-1", "correct horse battery"]);
    const text = unit.repeat(Math.ceil((10 * SLICE) / unit.length));
    const clean = cleaner.clean(text);
    let now = 0;
    // A clock on which every slice is slow, and a count of work: both are the same on a busy machine.
    using _clock = spyOn(performance, "now").mockImplementation(() => (now += 1000));
    using looks = spyOn(SecretFinder.prototype, "search");
    let [turns, most, isDone] = [0, 0, false];
    const cleaning = cleaner.cleanInSlices(text).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      turns += 1;
      most = Math.max(most, sum(looks.mock.calls.splice(0).map(([looked]) => looked.length)));
    }
    expect(await cleaning).toBe(clean);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / SLICE));
    expect(most).toBeLessThan(MOST_LOOKS * SLICE);
  },
);

test("data that has all that the data before it had takes the work of what is new, and is as clean", async () => {
  const cleaner = new TextCleaner(["swordfish-1"]);
  const line = (name: string) => `${name} says swordfish-1, and more. `.repeat(SLICE / 16);
  const [first, second] = [["a", "b", "c"].map(line), ["a", "b", "c", "d"].map(line)];
  const worked = async (data: readonly string[]) => {
    using looks = spyOn(SecretFinder.prototype, "search");
    const ahead = await cleaner.ahead(data);
    return { looks: looks.mock.calls.length, clean: ahead.cleanData(data) };
  };
  const [before, after] = [await worked(first), await worked(second)];
  expect(after.looks).toBeLessThan(before.looks / 2);
  expect(after.clean).toEqual(second.map((text) => cleaner.clean(text)));
  expect(after.clean.join()).not.toContain("swordfish-1");
});

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

// A match that could go on without end would make an attempt at every character take ever longer.
test.each(KINDS.map((kind) => [`${kind.name}, ${kind.starts[0]}…`, kind] as const))(
  "no repetition in the pattern of %s is without a bound",
  (_name, { before, secret, open = "" }) => {
    const bare = [before, secret, open].join("\n").replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, "x");
    expect(bare).not.toMatch(/[*+]|\{\d+,\}/);
  },
);

function workOf(pieces: readonly string[]): CountingFinder {
  const finder = new CountingFinder(["swordfish-1", "correct horse battery"]);
  const redactor = new Redactor(finder);
  for (const piece of pieces) redactor.push(piece);
  redactor.end();
  return finder;
}
