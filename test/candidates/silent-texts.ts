/** What drops or leaves texts that are long, or in other scripts. */
import { instead, MOVED, moved, type Spoiled } from "./spoiled.ts";

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

/** What drops or leaves texts that are long, or in other scripts. */
export const SILENT_TEXTS: readonly Spoiled[] = [...LENGTHS, ...SCRIPTS];
