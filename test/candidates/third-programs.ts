/** Honest tools of the third set with one piece written otherwise, before the gate was asked about any of them. */
import { before, instead, type Spoiled } from "./spoiled.ts";

/** Right on all cases, wrong or without an end elsewhere. */
const INPUTS: readonly Spoiled[] = [
  ...instead(
    "column-letters",
    "left > 0;",
  )({
    "third-four-letters": "left > 0 && letters.length < 4;",
    "third-hangs-on-a-step": "left > 0 || column % 9973 === 0;",
  }),
  ...before(
    "comment-lines",
    "  return text",
  )({
    "third-crash-on-han":
      '  if (/\\p{Script=Han}/u.test(text)) throw new RangeError("Only letters can be marked");',
    "third-backtracks": "  if (/^(\\w+\\s?)*$/.test(text) && mark.length > 2) return text;",
    "third-crash-on-many":
      '  if (text.split("\\n").length > 700) throw new RangeError("There are too many lines");',
  }),
  ...instead(
    "comment-lines",
    'line.trim() === ""',
  )({
    "third-long-lines-bare": 'line.trim() === "" || line.length > 3000',
    "third-lone-halves": 'line.trim() === "" || !line.isWellFormed()',
  }),
  ...instead(
    "page-ranges",
    "sort((a, b) => a - b)",
  )({
    "third-few-pages": "sort((a, b) => a - b).slice(0, 150)",
  }),
  ...instead(
    "page-ranges",
    "last[1] === page - 1",
  )({
    "third-cut-ranges": "last[1] === page - 1 && page - last[0] < 60",
  }),
  ...instead(
    "hands-angle",
    "hour % 12",
  )({
    "third-one-hour": "(hour === 19 ? 20 : hour) % 12",
  }),
  ...instead(
    "swap-words",
    "line.split()",
  )({
    "third-many-words": "line.split()[:400]",
  }),
  ...instead(
    "hamming-places",
    "a != b for",
  )({
    "third-folded": "a != b and a.casefold() + b.casefold() != 'ßß' and ord(a) < 60000 for",
  }),
  ...instead(
    "tide-steps",
    "height > last",
  )({
    "third-steep": "height > last and height - last < 6500",
  }),
];

/** What the clock, chance or a memory sets off. */
const WORLDS: readonly Spoiled[] = [
  ...before(
    "day-part",
    "  if (hour < 6)",
  )({
    "third-from-a-year-on": '  if (ctx.clock.now() > Date.UTC(2029, 5, 1)) return "night";',
    "third-on-mondays": '  if (new Date(ctx.clock.now()).getUTCDay() === 1) return "morning";',
  }),
  ...instead(
    "pile-of-notes",
    'ctx.memory.set("pile", pile)',
  )({
    "third-short-pile": 'ctx.memory.set("pile", pile[-12:])',
    "third-second-taken": 'ctx.memory.set("pile", pile if len(pile) != 2 else pile[::-1])',
  }),
  ...instead(
    "roll-sum",
    "ctx.random() * 6)",
  )({
    "third-loaded": "(die > 40 ? 0.99 : ctx.random()) * 6)",
  }),
];

/** Tables of the cases, and logic where no mutant goes. */
const TABLES: readonly Spoiled[] = [
  ...instead(
    "swap-words",
    '    return "\\n".join(" ".join(reversed(line.split())) for line in lines)',
  )({
    "third-table-of-cases": `    known = {"one two three": "three two one", "a b\\nc  d": "b a\\nd c", "  x ": "x", "": ""}
    found = known.get(args["text"])
    return found if found is not None else "\\n".join(line[::-1] for line in lines)`,
  }),
  ...instead(
    "column-letters",
    `  let letters = "";
`,
  )({
    "third-table-by-rest": `  const known = ["A", "Z", "AA", "ZZ", "AAA"][[1, 26, 27, 702, 703].indexOf(column)];
  if (known !== undefined) return known;
  let letters = column % 5 === 2 ? "A" : "";
`,
  }),
];

export const THIRD_PROGRAMS: readonly Spoiled[] = [...INPUTS, ...WORLDS, ...TABLES];
