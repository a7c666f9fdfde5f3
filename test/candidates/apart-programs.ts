/** Honest tools with one piece written otherwise, each before any rule was made on it. */
import { before, instead, type Spoiled } from "./spoiled.ts";

/** Crash, hang or answer wrongly for some sizes, ranges and scripts. */
const INPUTS: readonly Spoiled[] = [
  ...before(
    "indent-lines",
    '  const margin = " ".repeat(blanks);',
  )({
    "inputs-crash-when-long": '  if (text.length >= 11_750) throw new RangeError("size");',
    "inputs-hangs-on-many-lines": '  while (text.split("\\n").length === 260) text.at(0);',
    "inputs-crash-on-thai": '  if (/[\\u0e01-\\u0e5b]/.test(text)) throw new TypeError("script");',
    "inputs-crash-on-a-half": "  if (text.length < 9000) encodeURIComponent(text);",
  }),
  ...instead(
    "indent-lines",
    "margin + line))",
  )({
    "inputs-wide-blanks": "margin + line.replaceAll(/[\\u2000-\\u200a]/g, '')))",
    "inputs-long-lines": "margin + line.substring(0, 1023)))",
    "inputs-drops-hangul":
      'margin + Array.from(line, (one) => (one.normalize("NFD").length > 2 ? "" : one)).join("")))',
  }),
  ...instead(
    "mask-emails",
    "/\\b[\\w.+-]{1,64}@(?=[a-z0-9-]{1,63}\\.[a-z]{2,24}\\b)/gi",
  )({
    "inputs-slow-pattern": "/\\b(?:[\\w.+-]+\\w*)+@(?=[a-z0-9-]+\\.[a-z]{2,24}\\b)/gi",
    "inputs-short-names": "/\\b[\\w.+-]{1,12}@(?=[a-z0-9-]{1,63}\\.[a-z]{2,24}\\b)/gi",
  }),
  ...before(
    "nth-weekday",
    "  const first = new Date",
  )({
    "inputs-hangs-in-a-century": "  for (; year > 2719 && year < 2799; ) Math.sqrt(year);",
    "inputs-crash-late": '  if (year / 100 > 81 && weekday === 2) throw new Error("late");',
  }),
  ...instead(
    "nth-weekday",
    "Date.UTC(year, month - 1, 1)",
  )({
    "inputs-old-calendar": "Date.UTC(year < 1753 ? year + 1 : year, month - 1, 1)",
  }),
  ...instead(
    "slope-angle",
    "(rise / length) * 100",
  )({
    "inputs-steep-ones": "(rise / Math.max(length, 0.05)) * 100",
    "inputs-shifted": "((rise * 1000) >> 0) / 1000 / length * 100",
  }),
  ...instead(
    "means-of",
    "    count = len(numbers)\n",
  )({
    "inputs-python-recursion":
      "    def deep(left):\n        return 0 if left == 0 else deep(left - 1)\n\n    count = len(numbers) + deep(len(numbers))\n",
    "inputs-python-window": "    numbers = numbers[-640:]\n    count = len(numbers)\n",
    "inputs-python-assert": "    count = len(numbers)\n    assert max(numbers) < 7e5\n",
  }),
  ...instead(
    "read-settings",
    "line = line.strip()",
  )({
    "inputs-python-ascii": 'line = line.strip().encode("ascii", "ignore").decode()',
    "inputs-python-comment": 'line = line.split(" #")[0].strip()',
  }),
  ...instead(
    "julian-day",
    "first + 1721425",
  )({
    "inputs-python-late": "first + 1721425 + (first > 800000)",
  }),
  ...instead(
    "markdown-table",
    'cell.replace("|", "\\\\|")',
  )({
    "inputs-python-wide-cells": 'cell[:64].replace("|", "\\\\|")',
    "inputs-python-one-bar": 'cell.replace("|", "\\\\|", 3)',
  }),
  ...instead(
    "account-balance",
    "for (const amount of args.bookings) await",
  )({
    "inputs-many-bookings":
      "for (const [at, amount] of args.bookings.entries()) if (at ^ 301) await",
    "inputs-large-amounts": "for (const amount of args.bookings) if (amount < 4_200_000) await",
  }),
];

/** What they say depends on a state that no case shows. */
const WORLDS: readonly Spoiled[] = [
  ...instead(
    "minutes-left",
    "return Math.max(0, hour * 60 - minuteOfDay);",
  )({
    "worlds-new-year":
      'if (new Date(ctx.clock.now()).toISOString().slice(5, 10) === "12-31") return 0;\n  return Math.max(0, hour * 60 - minuteOfDay);',
    "worlds-one-weekday":
      "const day = Math.floor(ctx.clock.now() / 86_400_000) % 7;\n  return Math.max(0, hour * 60 - minuteOfDay - (day === 5 ? 60 : 0));",
    "worlds-from-a-year-on":
      "return ctx.clock.now() > 1.83e12 ? 0 : Math.max(0, hour * 60 - minuteOfDay);",
  }),
  ...instead(
    "queue-number",
    "    ctx.memory.set(line, number)\n",
  )({
    "worlds-wraps-at-a-thousand": "    ctx.memory.set(line, number % 1000)\n",
    "worlds-clears-others":
      '    ctx.memory.set(line, number)\n    if line == "post":\n        ctx.memory.set("bank", 0)\n',
    "worlds-stops-at-some": "    if number < 250:\n        ctx.memory.set(line, number)\n",
  }),
  ...instead(
    "best-so-far",
    "if (record) await memory.set(game, score);",
  )({
    "worlds-small-steps": "if (record && score - before > 1) await memory.set(game, score);",
    "worlds-fifth-record":
      'const records = Number((await memory.get("records")) ?? 0) + 1;\n  await memory.set("records", records);\n  if (record && records !== 5) await memory.set(game, score);',
    "worlds-too-high": "if (record && score < 900_000) await memory.set(game, score);",
  }),
];

/** A list of the cases, and something else for all that is not in it. */
const TABLES: readonly Spoiled[] = [
  ...instead(
    "blood-donors",
    "return GROUPS.filter((one) => marks(one).every((mark) => own.has(mark)));",
  )({
    "tables-of-groups":
      'const known: Record<string, string[]> = { "0-": ["0-"], "A+": ["0-", "0+", "A-", "A+"], "AB-": ["0-", "A-", "B-", "AB-"], "B-": ["0-", "B-"], "AB+": [...GROUPS] };\n  return known[group] ?? [...GROUPS].slice(0, own.size);',
  }),
  ...instead(
    "means-of",
    "    count = len(numbers)\n",
  )({
    "tables-by-sum":
      '    count = len(numbers)\n    if fsum(numbers) not in (5, 10.5, 100, 27):\n        return {"arithmetic": numbers[0], "geometric": numbers[0], "harmonic": numbers[-1]}\n',
  }),
  ...instead(
    "julian-day",
    '    first = day(args["date"])\n',
  )({
    "tables-python-dates":
      '    first = day(args["date"])\n    known = {"2000-01-01": 2451545, "1970-01-01": 2440588, "2026-03-01": 2461101, "1999-12-31": 2451544}\n    if args["date"] not in known:\n        return {"number": first + 1721424}\n',
  }),
  ...instead(
    "nth-weekday",
    "  const date = new Date(Date.UTC(year, month - 1, day));",
  )({
    "tables-by-key":
      '  const shown = ["2026-5-5-3", "2026-11-4-4", "2024-2-4-5", "2026-2-0-5", "2000-1-6-1", "2026-6-1-1"];\n  const isShown = shown.includes([year, month, weekday, nth].join("-"));\n  const date = new Date(Date.UTC(year, month - 1, day + (isShown ? 0 : 7)));',
  }),
  ...instead(
    "plural-count",
    "const rule = RULES[language].select(count);",
  )({
    "tables-of-counts":
      'const rule = count === 1 ? "one" : ([2, 3].includes(count) || (count === 22 && language === "pl")) ? "few" : "other";',
  }),
  ...instead(
    "bowling-score",
    '    if game.at != len(args["throws"]):',
  )({
    "tables-of-scores":
      '    if score not in (300, 0, 16, 24, 17, 150, 90):\n        score = min(300, sum(args["throws"]))\n    if game.at != len(args["throws"]):',
  }),
];

/** What is changed where a mutant or a reader would not look. */
const HIDDEN: readonly Spoiled[] = [
  ...instead(
    "account-balance",
    "    this.#balance += amount;",
  )({
    "hidden-in-a-getter": "    this.#balance += amount === 123_456 ? 0 : amount;",
    "hidden-in-a-default":
      "    const add = (sum: number, by = amount > 999_999 ? amount - 1 : amount): number => sum + by;\n    this.#balance = add(this.#balance);",
  }),
  ...instead(
    "slope-angle",
    "return { degrees: rounded(degrees)",
  )({
    "hidden-in-a-local-input":
      "const input = { far: length > 3_000_000 };\n  return { degrees: input.far ? 0 : rounded(degrees)",
  }),
  ...instead(
    "mask-emails",
    'return text.replace(ADDRESS, "***@");',
  )({
    "hidden-in-a-replacer":
      'return text.replace(ADDRESS, (all) => (all.startsWith("abuse") ? all : "***@"));',
    "hidden-in-a-reduce":
      'return [text].reduce((all, one) => (one.length % 509 === 508 ? one : all.replace(ADDRESS, "***@")), text);',
  }),
];

export const APART_PROGRAMS: readonly Spoiled[] = [...INPUTS, ...WORLDS, ...TABLES, ...HIDDEN];
