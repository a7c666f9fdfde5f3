/**
 * Texts on which a regular expression may backtrack without end: what leads to a repetition, what it repeats in more
 * than one way, and what it does not want behind that.
 *
 * @see Davis et al., "The Impact of Regular Expression Denial of Service (ReDoS) in Practice" (ESEC/FSE 2018).
 */
import { type PatternPart, patternTree } from "./pattern-tree.ts";

/** A regular expression as a program makes it. */
export interface ProgramPattern {
  readonly source: string;
  /** Those of JavaScript; Python's have the same letters, and `x` where blanks mean nothing. */
  readonly flags: string;
}

/** What is repeated, between what stays. */
export interface Pump {
  readonly before: string;
  readonly unit: string;
  readonly after: string;
}

/** One of each kind of character that patterns tell apart; what is unlikely to be trimmed or changed comes first. */
const LETTERS = [..."!a1A0_ -.,:;@/\"'#~|%&=<>()[]{}+*?\\^$\t\n\r", "é", "漢", "\u0000"];
/** Fewer times nothing is repeated so often that it takes long. */
const LEAST_TIMES = 8;
/** Of a piece that has to be there so often no more is made. */
const MOST_COPIES = 100;
/** What repeats more often in one pattern is reported. */
const MOST_LOOPS = 200;
/** In characters; what stands behind it in a longer pattern is not looked at. */
const LONGEST_PATTERN = 5000;
const MOST_OF_A_LOOP = 60;

/** @returns for each repetition of a pattern some ways to pump it, the most promising first. */
export function pumpsOf({ source, flags }: ProgramPattern): readonly (readonly Pump[])[] {
  return new Pumps(source, flags).all();
}

/** Whether texts are made for all that a pattern repeats. */
export function isPumpedWhole({ source, flags }: ProgramPattern): boolean {
  return source.length <= LONGEST_PATTERN && new Pumps(source, flags).hasFewLoops();
}

interface Loop {
  readonly part: PatternPart;
  readonly before: string;
  readonly after: string;
}

/** What is made of a choice, and of what may be left out. */
interface Taste {
  /** Index of the choice that is taken, where there are so many. */
  readonly option: number;
  /** Whether what may be left out is there once. */
  readonly isFull: boolean;
}

const SHORT: Taste = { option: 0, isFull: false };

class Pumps {
  readonly #tree: PatternPart;
  readonly #flags: string;
  readonly #letters: readonly string[];
  /** By the source of a character, which letters it matches. */
  readonly #matchCache = new Map<string, ReadonlySet<string>>();
  readonly #groups = new Map<string, PatternPart>();

  constructor(source: string, flags: string) {
    this.#tree = patternTree(source.slice(0, LONGEST_PATTERN), flags.includes("x"));
    this.#flags = ["i", "s", "u", "v"].filter((flag) => flags.includes(flag)).join("");
    const named = [...new Set(source.match(/[\p{L}\p{N}\p{S}]/gu))].slice(0, 100);
    const cases = named.flatMap((one) => [one, one.toLowerCase(), one.toUpperCase()]);
    this.#letters = [...new Set([...cases, ...LETTERS].filter((one) => [...one].length === 1))];
    this.#nameGroups(this.#tree);
  }

  all(): readonly (readonly Pump[])[] {
    const all = this.#characters(this.#tree);
    // What nothing in the pattern matches lets no way through it succeed.
    const stranger = this.#letters.toReversed().find((one) => !all.some((has) => has.has(one)));
    const visible = LETTERS.find((one) => !all.some((has) => has.has(one)));
    const loops = this.#loops({ part: this.#tree, before: "", after: "" }).take(MOST_LOOPS);
    return [...loops.map((loop) => this.#pumps(loop, visible ?? stranger))];
  }

  hasFewLoops(): boolean {
    const loops = this.#loops({ part: this.#tree, before: "", after: "" });
    return [...loops.take(MOST_LOOPS + 1)].length <= MOST_LOOPS;
  }

  #pumps({ part, before, after }: Loop, stranger: string | undefined): readonly Pump[] {
    const inside = this.#characters(part);
    const misfit =
      stranger ?? LETTERS.find((one) => !inside.some((has) => has.has(one))) ?? "\u0000";
    const ends = [...new Set([misfit, "", `${misfit}${after}`, after.slice(0, -1)])];
    const pumps = ends.flatMap((end) =>
      this.#units(part, inside).flatMap((unit) => [
        { before, unit, after: end },
        // Blanks at the beginning are what programs take away first.
        ...(unit.trim() === "" ? [{ before: `a${before}`, unit, after: end }] : []),
      ]),
    );
    return pumps.slice(0, MOST_OF_A_LOOP);
  }

  /** What may be matched in more than one way: each kind of letter by itself, and each way through what is repeated. */
  #units(part: PatternPart, inside: readonly ReadonlySet<string>[]): readonly string[] {
    const kinds = new Map<string, string>();
    for (const letter of this.#letters) {
      const kind = inside.map((has) => (has.has(letter) ? "1" : "0")).join("");
      if (kind.includes("1") && !kinds.has(kind)) kinds.set(kind, letter);
    }
    // Those that most of its characters match are matched in the most ways.
    const single = [...kinds].sort(([a], [b]) => ones(b) - ones(a)).map(([, letter]) => letter);
    const options = [0, 1, 2, 3].flatMap((option) =>
      [false, true].map((isFull) => this.#sample(part, { option, isFull })),
    );
    const ways = [...new Set(options)].filter((one) => one !== "").slice(0, 6);
    const pairs = ways.slice(0, 3).flatMap((one) => ways.slice(0, 3).map((other) => one + other));
    return [...new Set([...single.slice(0, 8), ...ways, ...pairs])];
  }

  *#loops({ part, before, after }: Loop): Generator<Loop> {
    switch (part.kind) {
      case "character":
      case "back":
        return;
      case "choice":
        for (const one of part.parts) yield* this.#loops({ part: one, before, after });
        return;
      case "sequence": {
        const samples = part.parts.map((one) => this.#sample(one, SHORT));
        for (const [index, one] of part.parts.entries()) {
          const until = before + samples.slice(0, index).join("");
          const from = samples.slice(index + 1).join("") + after;
          yield* this.#loops({ part: one, before: until, after: from });
        }
        return;
      }
      case "repeat":
        if (part.most >= LEAST_TIMES) yield { part: part.part, before, after };
        yield* this.#loops({ part: part.part, before, after });
        return;
      case "group":
      case "look":
        yield* this.#loops({ part: part.part, before, after });
    }
  }

  /** A text that a part matches, as short as it may be. */
  #sample(part: PatternPart, taste: Taste, depth = 0): string {
    switch (part.kind) {
      case "character":
        return this.#matching(part.source).values().next().value ?? "a";
      case "choice": {
        const one = part.parts[taste.option % part.parts.length];
        return one === undefined ? "" : this.#sample(one, taste, depth);
      }
      case "sequence":
        return part.parts.map((one) => this.#sample(one, taste, depth)).join("");
      case "repeat": {
        const least = taste.isFull ? Math.max(1, part.least) : part.least;
        const times = Math.min(least, MOST_COPIES, part.most);
        return this.#sample(part.part, taste, depth).repeat(times).slice(0, 1000);
      }
      case "group":
        return this.#sample(part.part, taste, depth);
      case "look":
        return "";
      case "back": {
        const group = this.#groups.get(part.name);
        // A group that names another one, or itself, is not followed further.
        return group === undefined || depth > 0 ? "" : this.#sample(group, SHORT, depth + 1);
      }
    }
  }

  #characters(part: PatternPart): readonly ReadonlySet<string>[] {
    switch (part.kind) {
      case "character":
        return [this.#matching(part.source)];
      case "choice":
      case "sequence":
        return part.parts.flatMap((one) => this.#characters(one));
      case "back":
        return [];
      default:
        return this.#characters(part.part);
    }
  }

  #matching(source: string): ReadonlySet<string> {
    const matching =
      this.#matchCache.get(source) ?? new Set(this.#letters.filter(this.#testOf(source)));
    this.#matchCache.set(source, matching);
    return matching;
  }

  /** One character is matched without backtracking, whatever its pattern is. */
  #testOf(source: string): (letter: string) => boolean {
    for (const flags of [this.#flags, `${this.#flags.replace(/[uv]/g, "")}u`, ""]) {
      try {
        const pattern = new RegExp(`^(?:${source})$`, flags);
        return (letter) => pattern.test(letter);
      } catch {
        // Python's escapes are not others' in some cases.
      }
    }
    return (letter) => letter === "a";
  }

  #nameGroups(part: PatternPart): void {
    if (part.kind === "group") for (const name of part.names) this.#groups.set(name, part.part);
    if (part.kind === "choice" || part.kind === "sequence")
      for (const one of part.parts) this.#nameGroups(one);
    if (part.kind === "group" || part.kind === "repeat" || part.kind === "look")
      this.#nameGroups(part.part);
  }
}

function ones(kind: string): number {
  return kind.split("1").length;
}
