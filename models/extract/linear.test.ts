import { expect, test } from "bun:test";
import { ATTACKED_TOOLS, ATTACKS, type Attack, attackOf } from "#test/attacks.ts";
import { createExtractor } from "./create.ts";
import { neutralise } from "./neutralise.ts";

const LENGTH = 4_000;
/**
 * Four times the text may take six times the time. Measured over two such steps at once: linear time
 * grows by 16, the limit is 36, quadratic time grows by 256, and no slow moment of the machine can
 * be taken for it.
 */
const GROWTH = 4 ** 2;
const ALLOWED = 6 ** 2;
const TRIES = 12;
const LEAST_TRIES = 3;

/** CPU time in microseconds, with the text in pieces of that length. */
function cost(text: string, pieceLength: number): number {
  const before = process.cpuUsage();
  const extractor = createExtractor({ tools: ATTACKED_TOOLS });
  for (let at = 0; at < text.length; at += pieceLength) {
    extractor.push(text.slice(at, at + pieceLength));
  }
  extractor.end();
  const { user, system } = process.cpuUsage(before);
  return Math.max(user + system, 1);
}

/** The growth of the least times of some tries: what else the machine and the collector of garbage do only adds to one. */
function growth(attack: Attack, pieceLength: number): number {
  const [short, long] = [attackOf(attack, LENGTH), attackOf(attack, LENGTH * GROWTH)];
  let [leastShort, leastLong] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let tried = 1; tried <= TRIES; tried += 1) {
    leastShort = Math.min(leastShort, cost(short, pieceLength));
    leastLong = Math.min(leastLong, cost(long, pieceLength));
    // A short time measures badly once, and well after a few tries.
    if (tried >= LEAST_TRIES && leastLong / leastShort <= ALLOWED) break;
  }
  return leastLong / leastShort;
}

for (const [name, attack] of Object.entries(ATTACKS)) {
  test(`takes linear time for ${name}`, () => {
    cost(attackOf(attack, LENGTH), LENGTH);
    expect(growth(attack, Number.MAX_SAFE_INTEGER)).toBeLessThanOrEqual(ALLOWED);
    expect(growth(attack, 7)).toBeLessThanOrEqual(ALLOWED);
  });
}

test("neutralising takes linear time", () => {
  const time = (length: number): number => {
    const text = attackOf(["", `<|a|><tool_call>]<]minimax[>[Action Input: <`], length);
    const before = process.cpuUsage();
    neutralise(text);
    const { user, system } = process.cpuUsage(before);
    return Math.max(user + system, 1);
  };
  time(LENGTH);
  const tries = Array.from({ length: TRIES }, () => [time(LENGTH * GROWTH), time(LENGTH)] as const);
  const long = Math.min(...tries.map(([first]) => first));
  expect(long / Math.min(...tries.map(([, second]) => second))).toBeLessThanOrEqual(ALLOWED);
});
