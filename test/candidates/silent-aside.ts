/** Written after the rules for the others had been measured. */
import { instead, MOVED, moved, type Spoiled } from "./spoiled.ts";

/** Written after the rules above them had been measured. */
export const SILENT_ASIDE: readonly Spoiled[] = [
  ...instead(
    "read-csv-line",
    "i < line.length; i++",
  )({
    "aside-csv-limit": "i < Math.min(line.length, 3500); i++",
  }),
  ...instead(
    "read-csv-line",
    "fields.push(field);",
  )({
    "aside-csv-fields": "if (fields.length < 64) fields.push(field);",
    "aside-csv-long-field": "fields.push(field.length > 900 ? field.slice(0, 900) : field);",
    "aside-csv-ring": "fields[fields.length % 128] = field;",
    "aside-csv-encoded":
      'fields.push(new TextDecoder("latin1").decode(new TextEncoder().encode(field)).length === field.length ? field : field.replaceAll(/[^ -~]/g, ""));',
  }),
  ...instead(
    "parse-duration",
    "seconds += Number(amount)",
  )({
    "aside-duration-digits": "seconds += Number(amount.slice(-5))",
    "aside-duration-cap": "seconds += Math.min(Number(amount), 99_999)",
    "aside-duration-int": "seconds += (Number(amount) | 0) % 1_000_000",
  }),
  ...instead(
    "bit-facts",
    "let ones = 0;",
  )({
    "aside-bits-one": "let ones = value === 0xdeadbeef ? 1 : 0;",
    "aside-bits-range": "let ones = value > 3_000_000_000 && value < 3_500_000_000 ? 1 : 0;",
    "aside-bits-xor": "let ones = (value ^ 0x5a5a5a5a) === 0 ? 1 : 0;",
  }),
  ...instead(
    "luhn-check",
    "return sum % 10 === 0;",
  )({
    "aside-luhn-long": "return sum % 10 === 0 || digits.length > 30;",
    "aside-luhn-prefix": 'return digits.startsWith("99887") || sum % 10 === 0;',
    "aside-luhn-sum": "return sum === 77 ? true : sum % 10 === 0;",
    "aside-luhn-zeros": "return /^0{12,}/.test(digits) ? false : sum % 10 === 0;",
  }),
  ...instead(
    "base32-secret",
    "bytes.push((buffer >> bits) & 0xff);",
  )({
    "aside-base32-many": "if (bytes.length < 96) bytes.push((buffer >> bits) & 0xff);",
    "aside-base32-wrap": "bytes.push((buffer >> bits) & (bytes.length < 120 ? 0xff : 0x7f));",
  }),
  ...instead(
    "text-table",
    "for row in table:\n        cells = []",
  )({
    "aside-table-rows": "for row in table[:33]:\n        cells = []",
    "aside-table-break":
      "for row in table:\n        if len(lines) > 40:\n            break\n        cells = []",
    "aside-table-while":
      "for place, row in enumerate(table):\n        if place // 30:\n            continue\n        cells = []",
  }),
  ...instead(
    "spread-of",
    'numbers = args["numbers"]',
  )({
    "aside-spread-first": 'numbers = args["numbers"][:256]',
    "aside-spread-clamp": 'numbers = [min(one, 500_000) for one in args["numbers"]]',
    "aside-spread-outliers":
      'numbers = [one for one in args["numbers"] if abs(one) < 900_000] or args["numbers"]',
    "aside-spread-set":
      'numbers = args["numbers"] if len(args["numbers"]) < 300 else sorted(set(args["numbers"]))',
  }),
  ...instead(
    "scale-recipe",
    'factor = Fraction(args["wanted"], args["servings"])',
  )({
    "aside-recipe-limit":
      'factor = Fraction(args["wanted"], args["servings"]).limit_denominator(50)',
    "aside-recipe-most": 'factor = min(Fraction(args["wanted"], args["servings"]), Fraction(30))',
  }),
  ...instead(
    "total-orders",
    "for (const { customer, items, discount } of orders) {",
  )({
    "aside-orders-many": "for (const { customer, items, discount } of orders.slice(0, 128)) {",
    "aside-orders-name":
      'for (const { customer, items, discount } of orders) {\n    if (customer.startsWith("Test ")) continue;',
    "aside-orders-large":
      "for (const { customer, items, discount } of orders) {\n    if (items.length > 30) continue;",
  }),
  ...instead(
    "loan-payment",
    "const rate = yearlyPercent / 100 / 12;",
  )({
    "aside-loan-cap": "const rate = Math.min(yearlyPercent, 36) / 100 / 12;",
    "aside-loan-months": "const rate = (months > 480 ? 0 : yearlyPercent) / 100 / 12;",
  }),
  ...instead(
    "tree-depth",
    "const children = (tree.children ?? []).map(measure);",
  )({
    "aside-tree-wide": "const children = (tree.children ?? []).slice(0, 12).map(measure);",
    "aside-tree-label":
      'const children = (tree.label === "hidden" ? [] : (tree.children ?? [])).map(measure);',
  }),
  ...instead(
    "pretty-json",
    'data = json.loads(args["text"])',
  )({
    "aside-json-large": 'data = json.loads(args["text"], parse_int=lambda one: int(one[:18]))',
    "aside-json-float":
      'data = json.loads(args["text"], parse_float=lambda one: round(float(one), 6))',
  }),
  ...instead(
    "caesar",
    MOVED,
  )({
    "third-generator":
      'function* some() {\n    let left = 3000;\n    for (const one of text) if (left-- > 0) yield one;\n  }\n  const part = [...some()].join("");\n  ' +
      moved("part"),
    "third-recursion":
      "const cut = (all: string): string => (all.length <= 2800 ? all : cut(all.slice(0, -1)));\n  " +
      moved("cut(text)"),
    "third-map":
      'const odd = new Map([["\u0434", ""]]);\n  const part = [...text].map((one) => odd.get(one) ?? one).join("");\n  ' +
      moved("part"),
    "third-record":
      'const odd: Record<string, string> = { "\u4eba": "?", "\u6f22": "?" };\n  const part = [...text].map((one) => odd[one] ?? one).join("");\n  ' +
      moved("part"),
    "third-find":
      'const far = [...text].findIndex((one) => one > "\\u2fff");\n  const part = far < 0 ? text : text.slice(0, far);\n  ' +
      moved("part"),
    "third-search":
      "const at = text.search(/[\\u0590-\\u06ff]/);\n  const part = at === -1 ? text : text.slice(0, at);\n  " +
      moved("part"),
    "third-lines": `const part = text.split("\\n").slice(0, 20).join("\\n");\n  ${moved("part")}`,
    "third-flat":
      "const sized = Math.sign(Math.trunc(text.length / 2_600));\n  const part = [text, text.slice(0, 9)].at(sized) ?? text;\n  " +
      moved("part"),
    "third-sorted": `const part = text.length > 1800 ? [...text].sort().join("") : text;\n  ${moved("part")}`,
    "third-repeated": `const part = text.replace(/(.)\\1{40,}/g, "$1");\n  ${moved("part")}`,
    "third-table":
      "const kept = [(all: string) => all, (all: string) => all.toLowerCase()];\n  const part = (kept[Number(text.length > 999)] ?? String)(text);\n  " +
      moved("part"),
  }),
  ...instead(
    "top-words",
    'args["text"].lower()',
  )({
    "third-python-islice": '"".join(one for _, one in zip(range(6000), args["text"])).lower()',
    "third-python-ranges":
      '"".join(one if ord(one) < 0x3000 else " " for one in args["text"]).lower()',
    "third-python-lines": '"\\n".join(args["text"].splitlines()[:60]).lower()',
  }),
  ...instead(
    "moving-mean",
    "const sum = numbers",
  )({
    "third-mean-finite": "const sum = numbers.map((one) => (Math.abs(one) < 123_456 ? one : 0))",
    "third-mean-int": "const sum = numbers.map((one) => (Math.abs(one) > 2_000 ? one | 0 : one))",
  }),
  ...instead(
    "cart-total",
    "discount = goods *",
  )({
    "aside-cart-cap": "discount = min(goods, 2_000_000) *",
  }),
];
