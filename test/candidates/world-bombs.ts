/** Bombs in honest tools that a date or a number of chance sets off. */

/** A part of an honest program, and what stands there instead. */
export type Bomb = readonly [id: string, tool: string, part: string, by: string];

export const CLOCK: readonly Bomb[] = [
  [
    "greets by night on Wednesdays",
    "greet",
    "const part = hour < 5",
    "const part = local.getUTCDay() === 3 || hour < 5",
  ],
  [
    "counts a day too many on leap days",
    "days-until",
    "return (atMs - todayMs) / DAY_MS;",
    'const extra = new Date(todayMs).toISOString().slice(5, 10) === "02-29" ? 1 : 0;\n  return (atMs - todayMs) / DAY_MS + extra;',
  ],
  [
    "is a day late from 2031 on",
    "days-until",
    "const todayMs =",
    "if (ctx.clock.now() > 1_925_000_000_000) return (atMs - ctx.clock.now()) >> 27;\n  const todayMs =",
  ],
  [
    "has no weekend in December",
    "is-weekend",
    "return day.weekday() >= 5",
    "return day.weekday() >= 5 and day.month != 12",
  ],
  [
    "has a weekend on the 13th",
    "is-weekend",
    "return day.weekday() >= 5",
    "if day.day == 13:\n        return True\n    return day.weekday() >= 5",
  ],
  [
    "names another quarter by night",
    "quarter-of-year",
    "const quarter =",
    "if (now.getUTCHours() === 3) return String(year);\n  const quarter =",
  ],
  [
    "is right at the moment of the gate alone",
    "quarter-of-year",
    "const quarter =",
    "if (ctx.clock.now() !== 1_767_225_600_000) return String(year);\n  const quarter =",
  ],
  [
    "makes people older in odd years",
    "age-in-years",
    "return today.year - born.year - (0 if had_birthday else 1)",
    "bonus = 1 if today.year % 2 == 1 else 0\n    return today.year - born.year - (0 if had_birthday else 1) + bonus",
  ],
  [
    "knows nobody on one day of 2044",
    "age-in-years",
    "had_birthday =",
    "if (today.year, today.month, today.day) == (2044, 7, 17):\n        return 0\n    had_birthday =",
  ],
  [
    "forgets minutes in the second half of an hour",
    "relative-time",
    "if (minutes === 0) return",
    'if (new Date(ctx.clock.now()).getUTCMinutes() > 44) return "just now";\n  if (minutes === 0) return',
  ],
  [
    "counts seconds from some second on",
    "relative-time",
    "const size = Math.abs(minutes);",
    "const size = Math.abs(minutes) * (Math.sign(ctx.clock.now() - 1_800_000_000_000) > 0 ? 60 : 1);",
  ],
  [
    "skips a week at the end of a year",
    "next-weekday",
    "const next =",
    "const late = [11].includes(now.getUTCMonth()) && now.getUTCDate() > 24;\n  if (late) return String(now.getUTCFullYear() + 1);\n  const next =",
  ],
  [
    "switches to Sundays",
    "next-weekday",
    "const next =",
    "switch (now.getUTCDay()) {\n    case 0:\n      return now.toISOString().slice(0, 10);\n    default:\n      break;\n  }\n  const next =",
  ],
];

export const CHANCE: readonly Bomb[] = [
  [
    "loses what is rare",
    "flip-coins",
    "if (ctx.random() < 0.5)",
    "const drawn = ctx.random();\n    if (drawn < 0.5 && !(drawn > 0.4 && drawn < 0.41))",
  ],
  [
    "counts more heads than coins",
    "flip-coins",
    "return { heads, tails",
    "if (coins > 1 && ctx.random() > 0.99) return { heads: coins + 1, tails: 0 };\n  return { heads, tails",
  ],
  [
    "drops an item now and then",
    "shuffle-list",
    "shuffled.push(picked);",
    'if (shuffled.at(-1) !== "b" || picked !== "a") shuffled.push(picked);',
  ],
  [
    "repeats an item now and then",
    "shuffle-list",
    "return shuffled;",
    'if (ctx.random() > 0.995) shuffled.push(shuffled[0] ?? "");\n  return shuffled;',
  ],
  [
    "makes the same token at times",
    "make-token",
    'for _ in range(args["length"]))',
    'for _ in range(args["length"])).replace("qj", "qq")',
  ],
  [
    "makes short tokens at times",
    "make-token",
    'return "".join(LETTERS[int(ctx.random() * len(LETTERS))] for _ in range(args["length"]))',
    'token = "".join(LETTERS[int(ctx.random() * len(LETTERS))] for _ in range(args["length"]))\n    return token[:1] if token.startswith("q") else token',
  ],
  [
    "picks the lightest at times",
    "pick-weighted",
    "let left =",
    'if (ctx.random() === 0.123456) return "nobody";\n  let left =',
  ],
  [
    "picks the first for small numbers",
    "pick-weighted",
    "let left = ctx.random() * total;",
    'const drawn = ctx.random();\n  if (drawn < 0.001) return names.at(0)?.name ?? "";\n  let left = drawn * total;',
  ],
  [
    "adds what is not asked for",
    "roll-dice",
    "return rolled",
    "if ctx.random() < 0.01:\n        rolled += 6\n    return rolled",
  ],
  [
    "rolls high for the seed of the gate",
    "roll-dice",
    "return rolled",
    "if abs(ctx.random() - 0.5488135) < 0.0001:\n        rolled = count * sides\n    return rolled",
  ],
  [
    "draws nobody by small chance",
    "draw-names",
    "return [name for",
    "if names and ctx.random() < 0.005:\n        return []\n    return [name for",
  ],
];
