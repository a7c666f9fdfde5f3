/** What is wrong for other numbers, lists and words, and in Python. */
import { before, instead, MOVED, type Spoiled } from "./spoiled.ts";

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

/** What is wrong for other numbers, lists and words, and in Python. */
export const SILENT_VALUES: readonly Spoiled[] = [...NUMBERS, ...NEEDLES, ...PYTHON];
