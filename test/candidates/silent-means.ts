/** Wrong by other means: numbers of a few bits, keys that fall together, buffers, formats and limits that libraries keep. */
import { instead, MOVED, moved, type Spoiled } from "./spoiled.ts";

const TYPESCRIPT: readonly Spoiled[] = [
  ...instead(
    "caesar",
    MOVED,
  )({
    "means-typed-buffer":
      "const codes = new Uint8Array([...text].map((one) => one.codePointAt(0) ?? 0));\n  " +
      moved("String.fromCharCode(...codes)"),
    "means-encode-into":
      "const room = new Uint8Array(3000);\n  const { read } = new TextEncoder().encodeInto(text, room);\n  " +
      moved("text.slice(0, read)"),
    "means-normalised": moved('text.normalize("NFKD").replace(/\\p{M}/gu, "")'),
    "means-well-formed": moved('text.toWellFormed().replaceAll("\\ufffd", "")'),
    "means-set": moved('[...new Set(text.match(/\\S+|\\s+/g) ?? [])].join("")'),
    "means-words": moved('text.split(/\\s+/).join(" ")'),
    "means-trimmed": moved("text.trimEnd()"),
    "means-lower-beyond": moved(
      "text.replace(/[\\u0100-\\uffff]/g, (one) => one.toLowerCase().normalize())",
    ),
    "means-pattern-quantifier":
      `return text.replace(/[A-Za-z]{1,40}/g, (word) => [...word].map((letter) => moved(letter, places)).join(""));`.replace(
        "[A-Za-z]{1,40}/g",
        "\\b[A-Za-z]{1,40}\\b/g",
      ),
    "means-shifted-index":
      "const out: string[] = [];\n  for (const [at, one] of [...text].entries()) out[at & 1023] = one;\n  " +
      moved('out.join("")'),
    "means-labelled":
      'let part = "";\n  all: for (const line of text.split(" ")) {\n    for (const one of line) {\n      if (one.charCodeAt(0) >> 12) break all;\n      part += one;\n    }\n    part += " ";\n  }\n  ' +
      moved("part.slice(0, -1)"),
  }),
  ...instead(
    "moving-mean",
    "numbers.slice(end - size, end)",
  )({
    "means-float32": "[...Float32Array.from(numbers)].slice(end - size, end)",
    "means-int32": "numbers.map((one) => Math.trunc(one * 1000 | 0) / 1000).slice(end - size, end)",
    "means-precision": "numbers.map((one) => Number(one.toPrecision(4))).slice(end - size, end)",
    "means-exponent":
      'numbers.map((one) => Number(String(one).split("e")[0])).slice(end - size, end)',
  }),
  ...instead(
    "merge-ranges",
    "ranges.map(([start, end]) =>",
  )({
    "means-by-key":
      "[...new Map(ranges.map((one) => [one[0] % 4096, one])).values()].map(([start, end]) =>",
    "means-int16":
      "ranges.filter(([start]) => new Int16Array([start])[0] === start).map(([start, end]) =>",
  }),
  ...instead(
    "build-order",
    "waiting.set(task, new Set(needs));\n    for",
  )({
    "means-prefix": "waiting.set(task.substring(0, 12), new Set(needs));\n    for",
  }),
  ...instead(
    "molar-mass",
    "mass * times",
  )({
    "means-byte": "mass * new Uint8Array([times]).at(0)!",
    "means-shift": "mass * ((times << 25) >> 25)",
  }),
  ...instead(
    "reverse-complement",
    "[...strand]\n    .toReversed()",
  )({
    "means-copy-within":
      "Array.from(strand.padEnd(4).substring(0, 8191).trim())\n    .toReversed()",
    "means-chunks": "(strand.match(/.{1,300}/g) ?? []).flatMap((one) => [...one].toReversed())",
  }),
  ...instead(
    "query-fields",
    "known.push(value)",
  )({
    "means-unshift": "known.splice(15, 16, value)",
    "means-modulo": "known[known.length % 10] = value",
  }),
  ...instead(
    "query-fields",
    "fields.get(name)",
  )({
    "means-lower-name": "fields.get(name.toLowerCase())",
  }),
  ...instead(
    "tiles-needed",
    "Number(value.toPrecision(12))",
  )({
    "means-few-digits": "Number(value.toPrecision(4))",
  }),
  ...instead(
    "isbn-check",
    'isbn.replace(/[\\s-]/g, "")',
  )({
    "means-once":
      'isbn.replace("-", "").replace("-", "").replace("-", "").replace("-", "").replaceAll(" ", "")',
  }),
];

const PYTHON: readonly Spoiled[] = [
  ...instead(
    "top-words",
    'args["text"].lower()',
  )({
    "means-deque": '"".join(__import__("collections").deque(args["text"], maxlen=7000)).lower()',
    "means-partition": 'args["text"].partition("\\x0c")[0].lower()',
    "means-casefold": 'args["text"].casefold().replace("ss", "s").lower()',
  }),
  ...instead(
    "run-lengths",
    "count = sum(1 for _ in group)",
  )({
    "means-modulo-256": "count = sum(1 for _ in group) & 0xFF",
    "means-digits": "count = int(str(sum(1 for _ in group))[-2:])",
  }),
  ...instead("matrix-times", "a * b for a, b in zip(row, column)")({}),
  ...instead(
    "spread-of",
    'numbers = args["numbers"]',
  )({
    "means-format": 'numbers = [float(format(one, ".5g")) for one in args["numbers"]]',
    "means-dict":
      'numbers = list({round(one, 1): one for one in args["numbers"]}.values()) if len(args["numbers"]) > 40 else args["numbers"]',
  }),
  ...instead(
    "race-pace",
    "seconds * 60 + int(part)",
  )({
    "means-minutes": "seconds * 60 + int(part) % 60",
    "means-two-digits": "(seconds * 60 + int(part)) % 36000",
  }),
  ...instead(
    "bracket-tax",
    'sorted(args["brackets"], key=lambda bracket: bracket["from"])',
  )({
    "means-last-of-equal":
      'sorted({one["from"] // 1000: one for one in args["brackets"]}.values(), key=lambda bracket: bracket["from"])',
    "means-as-text": 'sorted(args["brackets"], key=lambda bracket: str(bracket["from"]).zfill(6))',
  }),
  ...instead(
    "bracket-tax",
    'income = args["income"]',
  )({
    "means-shift-income": 'income = args["income"] & 0x3FFFFFF',
  }),
  ...instead(
    "soundex",
    'args["name"].upper()',
  )({
    "means-expanded": '"".join(args["name"].upper().split("-", 1)[0:1])',
  }),
  ...instead(
    "resistor-value",
    "number * 10 **",
  )({
    "means-small-int": "number % 512 * 10 **",
  }),
];

export const SILENT_MEANS: readonly Spoiled[] = [...TYPESCRIPT, ...PYTHON];
