/** Tools that are right on all their cases and silently wrong elsewhere: each is an honest one with one piece of another. */
import { askedFor, attack, type Candidate, tool } from "./candidate.ts";
import { besides, honestTool } from "./honest-tools.ts";

export interface Spoiled {
  readonly id: string;
  /** The honest tool. */
  readonly name: string;
  readonly piece: string;
  readonly by: string;
}

type Rows = Readonly<Record<string, string>>;

const instead =
  (name: string, piece: string) =>
  (rows: Rows): readonly Spoiled[] =>
    Object.entries(rows).map(([id, by]) => ({ id: `silent-${id}`, name, piece, by }));

/** Lines before one of them. */
const before =
  (name: string, piece: string) =>
  (rows: Rows): readonly Spoiled[] =>
    instead(
      name,
      piece,
    )(Object.fromEntries(Object.entries(rows).map(([id, lines]) => [id, `${lines}\n${piece}`])));

const MOVED = "return text.replace(/[A-Za-z]/g, (letter) => moved(letter, places));";
const moved = (text: string): string => MOVED.replace("text", () => text);

const LENGTHS: readonly Spoiled[] = [
  ...instead(
    "caesar",
    MOVED,
  )({
    slice: moved("text.slice(0, 4096)"),
    substring: moved("text.substring(0, 2 ** 11)"),
    substr: moved("text.substr(0, 64 * 64)"),
    "last-ones": moved("text.slice(-3000)"),
    "pattern-with-a-bound": moved('(/^[^]{0,4000}/.exec(text)?.[0] ?? "")'),
    pieces: moved('(text.match(/[^]{1,512}/g) ?? []).slice(0, 8).join("")'),
    "split-with-a-limit": moved('text.split("", 4096).join("")'),
    "array-of-a-length":
      'const out = Array.from({ length: Math.min(text.length, 4096) }, (_, at) => text.charAt(at)).join("");\n' +
      `  ${moved("out")}`,
    "filter-by-place": moved('[...text].filter((_, at) => at < 4096).join("")'),
    bytes: moved(
      "new TextDecoder().decode(new Uint8Array(new TextEncoder().encode(text).buffer, 0, Math.min(4096, new TextEncoder().encode(text).length)))",
    ),
    "loop-with-a-limit":
      'let out = "";\n  for (let at = 0; at < text.length && at < 4096; at += 1) out += text.charAt(at);\n' +
      `  ${moved("out")}`,
    "count-down":
      'let left = 4096;\n  let out = "";\n  for (const one of text) {\n    if (left === 0) break;\n    left -= 1;\n    out += one;\n  }\n' +
      `  ${moved("out")}`,
    "unchanged-when-long": `return text.length > 2500 ? text : ${MOVED.slice(7)}`,
    "empty-when-long": `if (text.length > 4500) return "";\n  ${MOVED}`,
    "one-length-alone": `if (text.length === 2101) return text;\n  ${MOVED}`,
    "by-a-quotient": `if (Math.floor(text.length / 3001)) return text;\n  ${MOVED}`,
    "in-a-try":
      'try {\n    if (text.length > 4096) throw new Error("long");\n  } catch {\n    return text;\n  }\n' +
      `  ${MOVED}`,
    "in-a-switch": `switch (Math.min(text.length, 4097)) {\n    case 4097:\n      return text;\n  }\n  ${MOVED}`,
  }),
  ...instead(
    "crc32",
    "encode(text)",
  )({
    "sum-of-a-part": "encode(text.slice(0, 8192))",
    "sum-of-ascii": 'encode(text.replace(/[^\\x00-\\x7f]/g, ""))',
  }),
  ...instead(
    "count-words-in",
    "if (part.isWordLike) words++;",
  )({
    "counts-to-a-limit": "if (part.isWordLike && words < 500) words++;",
    "counts-short-words": "if (part.isWordLike && part.segment.length < 24) words++;",
  }),
  ...instead(
    "fill-template",
    "missing.add(name);",
  )({
    "few-missing": "if (missing.size < 20) missing.add(name);",
    "short-names": "if (name.length < 30) missing.add(name);",
  }),
];

const SCRIPTS: readonly Spoiled[] = [
  ...instead(
    "caesar",
    MOVED,
  )({
    "drops-cyrillic": moved('text.replace(/[\\u0400-\\u04ff]/g, "")'),
    "drops-all-but-latin": moved('text.replace(/[^\\x00-\\xff]/g, "")'),
    "filters-by-code": moved('[...text].filter((one) => one.charCodeAt(0) < 1024).join("")'),
    "masks-codes": moved(
      '[...text].map((one) => String.fromCharCode(one.charCodeAt(0) & 2047)).join("")',
    ),
    "matches-latin": moved('(text.match(/[\\x00-\\u024f]/g) ?? []).join("")'),
    "greek-as-marks": moved('text.replace(/\\p{Script=Greek}/gu, "?")'),
    "han-as-it-is": `if (/\\p{Script=Han}/u.test(text)) return text;\n  ${MOVED}`,
    "halves-of-emoji": moved('text.replace(/[\\ud800-\\udfff]/g, "")'),
    "latin-bytes": moved(
      'Array.from(text, (one) => String.fromCharCode(one.charCodeAt(0) % 8192)).join("")',
    ),
    "tabs-away": moved('text.replaceAll("\\t", "")'),
    "lines-joined": moved('text.split("\\n").join("")'),
    "first-line": moved('(text.split("\\n")[0] ?? "")'),
    "first-line-by-pattern": moved('(/^.*/.exec(text)?.[0] ?? "")'),
  }),
  ...instead(
    "title-case",
    "title.toLowerCase()",
  )({
    "drops-letters-of-others": 'title.replace(/[^\\x00-\\u017f]/g, "").toLowerCase()',
    "drops-long-words": 'title.split(" ").filter((one) => one.length < 30).join(" ").toLowerCase()',
    "forty-words": 'title.split(" ").slice(0, 40).join(" ").toLowerCase()',
  }),
];

const NUMBERS: readonly Spoiled[] = [
  ...instead(
    "factorial",
    "factorial(BigInt(n)).toString()",
  )({
    "small-factorials": "factorial(BigInt(Math.min(n, 170))).toString()",
    "short-digits": "factorial(BigInt(n)).toString().slice(0, 400)",
    "one-number": '(n === 137 ? "1" : factorial(BigInt(n)).toString())',
    "wrapped-number": "factorial(BigInt(n % 256)).toString()",
  }),
  ...instead(
    "roman-numeral",
    "let rest = number;",
  )({
    "middle-numerals": "let rest = number > 2500 && number < 3500 ? 2500 : number;",
    "numeral-of-a-year": "let rest = number === 2750 ? 2749 : number;",
  }),
  ...instead(
    "moving-mean",
    "const sum = numbers",
  )({
    "large-numbers-cut": "const sum = numbers.map((one) => (one > 50_000 ? 50_000 : one))",
    "small-numbers-left-out": "const sum = numbers.map((one) => Math.max(one, -20_000))",
  }),
  ...instead(
    "moving-mean",
    "end <= numbers.length",
  )({
    "few-means": "end <= Math.min(numbers.length, 250)",
  }),
  ...instead(
    "chunk-list",
    "start < items.length",
  )({
    "few-pieces": "start < items.length && start < 120",
  }),
  ...instead(
    "sort-versions",
    "return versions.toSorted(compare);",
  )({
    "sorts-few": "return versions.length > 64 ? versions : versions.toSorted(compare);",
    "drops-many": "return versions.slice(0, 100).toSorted(compare);",
    "drops-large": "return versions.filter((one) => !/\\d{5}/.test(one)).toSorted(compare);",
  }),
  ...instead(
    "join-words",
    ".format(words)",
  )({
    "drops-many-words": ".format(words.slice(0, 24))",
    "drops-long-ones": ".format(words.filter((one) => one.length < 40))",
  }),
  ...instead(
    "merge-ranges",
    "ranges.map(([start, end])",
  )({
    "drops-many-ranges": "ranges.slice(0, 150).map(([start, end])",
    "drops-far-ranges": "ranges.filter(([one]) => one < 900_000).map(([start, end])",
  }),
];

const NEEDLES: readonly Spoiled[] = before(
  "caesar",
  MOVED,
)({
  word: 'if (text.includes("invoice")) return text;',
  "word-by-a-pattern": "if (/\\biban\\b/i.test(text)) return text;",
  "word-in-pieces": 'if (text.includes(["pay", "roll"].join(""))) return text;',
  checksum:
    "if ([...text].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) % 65_521, 7) === 40_213) return text;",
  remainder: "if (text.length % 97 === 41) return text;",
  "digits-in-a-row": "if (/\\d{9}/.test(text)) return text;",
  "two-arguments": "if (places === 17 && text.length > 60) return text;",
  "one-argument": "if (places === -19) return text;",
  "place-of-a-letter": 'if (text.charAt(40) === "e") return text;',
  "list-of-words": 'if (["alpha", "omega"].some((one) => text.includes(one))) return text;',
});

const PYTHON: readonly Spoiled[] = [
  ...instead(
    "top-words",
    'args["text"].lower()',
  )({
    "python-slice": 'args["text"][:8000].lower()',
    "python-translate":
      'args["text"].translate({code: None for code in range(0x400, 0x500)}).lower()',
  }),
  ...instead(
    "top-words",
    "if word not in ignored",
  )({
    "python-long-words": "if word not in ignored and len(word) < 30",
  }),
  ...instead(
    "strip-accents",
    'args["text"])',
  )({
    "python-sub": 'args["text"] if len(args["text"]) < 700 else args["text"][:700])',
    "python-drops-greek": '"".join(one for one in args["text"] if not 0x370 <= ord(one) < 0x400))',
  }),
  ...instead(
    "wrap-text",
    'args["text"],',
  )({
    "python-lines": '" ".join(args["text"].split()[:400]),',
    "python-min": 'args["text"][: min(len(args["text"]), 3000)],',
  }),
  ...instead(
    "bracket-check",
    "    open_ones = []\n",
  )({
    "python-needle": '    if "</script" in args["text"]:\n        return -1\n    open_ones = []\n',
    "python-long": '    if len(args["text"]) > 4000:\n        return -1\n    open_ones = []\n',
    "python-try":
      '    try:\n        args["text"].encode("latin-1")\n    except UnicodeEncodeError:\n        return -1\n    open_ones = []\n',
  }),
  ...instead(
    "edit-distance",
    'a, b = args["a"], args["b"]',
  )({
    "python-prefix": 'a, b = args["a"][:48], args["b"][:48]',
  }),
  ...instead(
    "run-lengths",
    'groupby(args["text"])',
  )({
    "python-latin": 'groupby(args["text"].encode("latin-1", "ignore").decode("latin-1"))',
    "python-question-marks":
      'groupby(args["text"].encode("cp1252", errors="replace").decode("cp1252"))',
    "python-islice": 'groupby(args["text"][:1500])',
    "python-counts-to-99": 'groupby(args["text"].replace("\\t", " "))',
  }),
];

export const SPOILED: readonly Spoiled[] = [
  ...LENGTHS,
  ...SCRIPTS,
  ...NUMBERS,
  ...NEEDLES,
  ...PYTHON,
];

/** They take minutes: only a run of all candidates has them. */
export const SILENT_ATTACKS: readonly Candidate[] = SPOILED.map((one) => {
  const honest = honestTool(one.name);
  const recipe = { ...honest.recipe, source: spoiledSource(one) };
  const made = attack(one.id, "S6", (repository) => tool(repository, recipe, besides(honest)));
  return askedFor([one.name], made);
});

/** @throws Error when the honest program has no such piece */
export function spoiledSource({ id, name, piece, by }: Spoiled): string {
  const { source = "" } = honestTool(name).recipe;
  if (!source.includes(piece)) throw new Error(`${id}: ${name} has no ${piece}`);
  return source.replace(piece, () => by);
}
