/** Seeds whose numbers are large, small or ordinary, for tools that ask for chance. */
import { seedNumbers } from "#tools/contract/call.ts";
import { randomFrom } from "#tools/contract/inside/random.ts";

export interface Chance {
  readonly seed: string;
  readonly numbers: readonly number[];
  /** What it gives to TypeScript. */
  readonly draws: readonly number[];
}

/** Of so many seeds the smallest first number is below a ten thousandth. */
const TRIED = 10_000;
const ORDINARY = 60;
/** So many lie evenly between nothing and one. */
const EVEN = 240;
/** How many of the largest and the smallest, of each of the first numbers. */
const EXTREME = 3;
const FIRST_NUMBERS = 3;
const DRAWS = 64;

const cache = new Map<string, readonly Chance[]>();

/** @param salt no tool can wait for seeds that are made of what it is. */
export function tellingChances(salt: string): readonly Chance[] {
  const before = cache.get(salt);
  if (before !== undefined) return before;
  const made = chances(salt);
  cache.clear();
  cache.set(salt, made);
  return made;
}

function chances(salt: string): readonly Chance[] {
  const all = Array.from({ length: TRIED }, (_, index) => {
    const seed = `${salt}-${index}`;
    const next = randomFrom(seedNumbers(seed));
    return { seed, first: Array.from({ length: FIRST_NUMBERS }, next) };
  });
  const extreme = Array.from({ length: FIRST_NUMBERS }, (_, at) => {
    const sorted = all.toSorted((one, other) => (one.first[at] ?? 0) - (other.first[at] ?? 0));
    return [...sorted.slice(0, EXTREME), ...sorted.slice(-EXTREME)];
  });
  const rising = all.toSorted((one, other) => (one.first[0] ?? 0) - (other.first[0] ?? 0));
  const even = rising.filter((_one, index) => index % Math.floor(TRIED / EVEN) === 0);
  const chosen = new Set(
    [...extreme.flat(), ...even, ...all.slice(0, ORDINARY)].map(({ seed }) => seed),
  );
  return [...chosen].map((seed) => {
    const numbers = seedNumbers(seed);
    const next = randomFrom(numbers);
    return { seed, numbers, draws: Array.from({ length: DRAWS }, next) };
  });
}
