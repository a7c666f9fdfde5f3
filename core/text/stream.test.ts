import { expect, test } from "bun:test";
import fc from "fast-check";
import { random, SECRET_SAMPLES } from "#test/secret-samples.ts";
import { TextCleaner } from "./text-cleaner.ts";

const VALUES = ["swordfish-1", "correct horse battery", "pä,ss wörd\nsecond line"];

/** What secrets and their surroundings are made of, put together in any way. */
const piece = fc.oneof(
  fc.constantFrom(
    ..."password|token|secret|private key|key|api|_PASS|PASSWORD=|DB_TOKEN=|=|:| |  |: | = |is|--|-u".split(
      "|",
    ),
    ...[
      "bob:",
      "hunter2",
      "abc",
      "Bearer",
      "bearer ",
      "Basic ",
      btoa("bob:hunter2"),
      "authorization",
    ],
    ...["Cookie", "cookie: ", "a=b", "; ", "://", "https://", "@", "/", "user:", "&sig=", "?", "$"],
    ...["machine", "login", "default ", "-----", "-----BEGIN ", "PRIVATE KEY-----", "-----END "],
    ...[
      "sk-",
      random(20),
      "ghp_",
      random(36),
      "eyJabcdefgh",
      ".eyJab",
      ".",
      "AKIA",
      "ABCD1234EFGH5678",
    ],
    ...['"', "'", "`", "\\", '\\"', "\n", "\\n", ";", ",", "(", ")", "<", ">", "</", "{", "}", "|"],
    ...["swordfish-1", "correct ", "horse ", "battery", "pä,", "ss ", "wörd\n", "second ", "line"],
    ...[
      "漢",
      "é",
      "👩‍🔬",
      "\u202e",
      "\u200b",
      "\u001b[1m",
      "[redacted]",
      "the ",
      "word ",
      "x",
      "1",
    ],
  ),
  fc
    .tuple(fc.constantFrom(...SECRET_SAMPLES), fc.nat(), fc.integer({ min: 0, max: 6 }))
    .map(([{ text }, at, gone]) => {
      const index = at % text.length;
      return text.slice(0, index) + text.slice(index + gone);
    }),
);

/** Where a text is cut: here and there, or everywhere. */
const cuts = fc.oneof(fc.array(fc.nat(), { maxLength: 12 }), fc.constant("everywhere" as const));

test.each([
  ["with known values of several words", new TextCleaner(VALUES)],
  ["with a known value of one word", new TextCleaner(VALUES.slice(0, 1))],
])("gives the same however the text is cut, %s", (_name, cleaner) => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), cuts, (pieces, where) => {
      const text = pieces.join("");
      expect(streamed(cleaner, cut(text, where))).toBe(cleaner.clean(text));
    }),
    { numRuns: 2000 },
  );
});

/** Longer than anything that is looked for, and what begins and ends it. */
const long = fc.oneof(
  piece,
  fc
    .tuple(
      fc.constantFrom("x", random(33), `${random(60)}\n`, "a b ", "漢", "ghp_", "a,", "\\n"),
      fc.integer({ min: 200, max: 45_000 }),
    )
    .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length))),
  fc.constantFrom(
    'password: "',
    "TOKEN=",
    `-----${"BEGIN"} PRIVATE KEY-----\n`,
    "Cookie: a=",
    "://u:",
  ),
);

test("gives the same however the text is cut, also where it is longer than any secret", () => {
  const cleaner = new TextCleaner(VALUES);
  fc.assert(
    fc.property(
      fc.array(long, { maxLength: 5 }),
      fc.integer({ min: 50, max: 9999 }),
      (all, size) => {
        const text = all.join("");
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        expect(streamed(cleaner, pieces)).toBe(cleaner.clean(text));
      },
    ),
    { numRuns: 60 },
  );
});

test("3,000 random splits let no part of a secret through, whatever its kind", () => {
  const cleaner = new TextCleaner(VALUES);
  const samples = [
    ...SECRET_SAMPLES,
    ...VALUES.map((value) => ({ text: `It is ${value}, ok.`, clean: "It is [redacted], ok." })),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...samples), cuts, ({ text, clean }, where) => {
      expect(streamed(cleaner, cut(text, where))).toBe(clean);
    }),
    { numRuns: 3000 * 5 },
  );
});

test("prose flows: never more than the last word is held back", () => {
  const text =
    "The lighthouse at the end of the pier had been dark; no one knew why it was. 漢字もすぐに。";
  const gate = new TextCleaner(["swordfish-1"]).createTextGate();
  let shown = "";
  for (const [index, character] of [...text].entries()) {
    shown += gate.push(character);
    const missing = [...text]
      .slice(0, index + 1)
      .join("")
      .slice(shown.length);
    expect(missing).toMatch(/^[\w.]*$/);
  }
  expect(shown).toBe(text);
});

test("a word in which no secret can begin is not held back at all", () => {
  const gate = new TextCleaner(["swordfish-1"]).createTextGate();
  for (const part of ["The", " light", "house", " lay", " dark", "; nob", "ody knew"]) {
    expect(gate.push(part)).toBe(part);
  }
  expect(gate.push(" sw")).toBe(" ");
  expect(gate.push("an ghp")).toBe("swan ");
  expect(gate.push("etto")).toBe("ghpetto");
});

test("an unfinished assignment is held until its value is known, and prose about it flows on", () => {
  const gate = new TextCleaner().createTextGate();
  expect(gate.push("the password: ")).toBe("the ");
  expect(gate.push("hunter2 and ")).toBe("password: [redacted] and ");
  expect(gate.push("the password ")).toBe("the ");
  expect(gate.push("policy changed ")).toBe("password policy changed ");
});

test("an open key file is held until it ends", () => {
  const gate = new TextCleaner().createTextGate();
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} RSA PRIVATE KEY-----\n`);
  expect(gate.push(`see ${begin}`)).toBe("see ");
  expect(gate.push("MIIEow\nIBAAKC\n")).toBe("");
  expect(gate.push(`${end}done now `)).toBe("[redacted]\ndone now ");
});

test("what never ends is not held back without end", () => {
  for (const unit of ["a", "KEY_A_B=", "\u202e", "TOKEN=,", "a b "]) {
    const gate = new TextCleaner().createTextGate();
    gate.push(`-----${"BEGIN"} PRIVATE KEY-----\n`);
    let silent = 0;
    for (let characters = 0; characters < 150_000; characters += 3000) {
      silent = gate.push(unit.repeat(3000 / unit.length)) === "" ? silent + 3000 : 0;
      expect(silent).toBeLessThan(45_000);
    }
  }
});

test("after its end a gate begins anew", () => {
  const gate = new TextCleaner().createTextGate();
  expect(gate.push("password: ") + gate.end()).toBe("password: ");
  expect(gate.push("hunter2 ") + gate.end()).toBe("hunter2 ");
});

function cut(text: string, where: readonly number[] | "everywhere"): readonly string[] {
  if (where === "everywhere") return text.split("");
  const at = where.map((index) => index % (text.length + 1)).sort((a, b) => a - b);
  return [0, ...at].map((start, index) => text.slice(start, at[index]));
}

function streamed(cleaner: TextCleaner, pieces: readonly string[]): string {
  const gate = cleaner.createTextGate();
  return pieces.map((one) => gate.push(one)).join("") + gate.end();
}
