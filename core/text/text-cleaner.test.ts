import { describe, expect, test } from "bun:test";
import { SECRET_SAMPLES } from "#test/secret-samples.ts";
import { sanitize } from "../sanitize.ts";
import { Redactor } from "./redactor.ts";
import { SecretFinder } from "./secret-finder.ts";
import { TextCleaner } from "./text-cleaner.ts";

const cleaner = new TextCleaner(["swordfish-1"]);

describe("what looks like a secret", () => {
  for (const { kind, secret, text, clean } of SECRET_SAMPLES) {
    test(`${kind} goes, and nothing else`, () => {
      expect(cleaner.clean(text)).toBe(clean);
      expect(cleaner.clean(text)).not.toContain(secret);
    });

    test(`${kind} is told to the human`, () => {
      expect(cleaner.secretsIn(text)).toHaveLength(1);
    });
  }

  test("cleaning what is clean changes nothing", () => {
    for (const { clean } of SECRET_SAMPLES) expect(cleaner.clean(clean)).toBe(clean);
  });

  test("where a glance sees nothing, a search finds nothing, in whatever of a text", () => {
    const finder = new SecretFinder(["swordfish-1"]);
    const texts = [...SECRET_SAMPLES.flatMap(({ text, clean }) => [text, clean]), "a swordfish-1"];
    const parts = texts
      .map(sanitize)
      .flatMap((text) => [...text].flatMap((_, at) => [text.slice(0, at + 1), text.slice(at)]));
    const quiet = parts.filter((text) => finder.isQuiet(text));
    expect(quiet.length).toBeGreaterThan(1000);
    expect(quiet.filter((text) => new Redactor(finder).end(text) !== text)).toEqual([]);
  });

  test("a key file that is cut off goes up to where it ends", () => {
    const [begin] = ["BEGIN"].map((word) => `-----${word} EC PRIVATE KEY-----`);
    expect(cleaner.clean(`${begin}\nMHcCAQEEI\nAbC=`)).toBe("[redacted]");
  });

  test("every secret of a text goes, however many there are", () => {
    const text = SECRET_SAMPLES.map((sample) => sample.text).join("\n\n");
    const clean = SECRET_SAMPLES.map((sample) => sample.clean).join("\n\n");
    expect(cleaner.clean(text)).toBe(clean);
  });
});

describe("what is known to be secret", () => {
  const value = 'p@ss "wörd"/1';
  const known = new TextCleaner([value]);

  test.each([
    ["itself", value],
    ["JSON", JSON.stringify(value)],
    ["JSON in JSON", JSON.stringify(JSON.stringify({ a: value }))],
    ["a URL", `?q=${encodeURIComponent(value)}&x`],
    ["a URL in lower case", encodeURIComponent(value).replace(/%../g, (one) => one.toLowerCase())],
    ["a form", encodeURIComponent(value).replaceAll("%20", "+")],
    ["hexadecimal", Buffer.from(value).toString("hex")],
    ["upper-case hexadecimal", Buffer.from(value).toString("hex").toUpperCase()],
    ["base64", Buffer.from(value).toString("base64")],
    ["base64 behind one byte", Buffer.from(`1${value}xyz`).toString("base64")],
    ["base64 behind two bytes", Buffer.from(`12${value}xyz`).toString("base64")],
    ["base64 for addresses", Buffer.from(`??>${value}??>`).toString("base64url")],
  ])("goes as %s", (_form, text) => {
    expect(known.clean(`a ${text} b`)).toContain("[redacted]");
    expect(known.clean(`a ${text} b`)).not.toContain(text);
    expect(known.secretsIn(text)).toEqual(["known secret"]);
  });

  test("goes wherever it stands, also within a word", () => {
    expect(cleaner.clean('{"a":"swordfish-1"} xswordfish-1x')).toBe(
      '{"a":"[redacted]"} x[redacted]x',
    );
  });

  test("goes whole where a pattern finds only a part of it", () => {
    const both = new TextCleaner(["token=hunter2hunter2 and more"]);
    expect(both.clean("my token=hunter2hunter2 and more.")).toBe("my [redacted].");
  });

  test("stays when it is too short to be told from a word", () => {
    expect(new TextCleaner(["ollama", ""]).clean("ollama serve")).toBe("ollama serve");
  });
});

describe("nothing invisible splits a secret", () => {
  const [head, tail] = ["ghp_aB3dE5fG7hJ9kL1mN2pQ", "4rS6tU8vW0xYzaB3dE5fG7"];

  test.each([
    ["zero-width space", "\u200b"],
    ["zero-width joiner", "\u200d"],
    ["variation selector", "\ufe0f"],
    ["soft hyphen", "\u00ad"],
    ["byte order mark", "\ufeff"],
    ["tag", "\u{e0041}"],
    ["right-to-left override", "\u202e"],
    ["isolate", "\u2066"],
    ["colour", "\u001b[31m"],
    ["title", "\u001b]0;x\u0007"],
    ["C1 sequence", "\u009b1m"],
    ["carriage return", "\r"],
    ["NUL", "\u0000"],
  ])("a %s", (_name, hidden) => {
    expect(cleaner.clean(`x ${head}${hidden}${tail} y`)).toBe("x [redacted] y");
    expect(cleaner.clean(`x sword${hidden}fish-1 y`)).toBe("x [redacted] y");
  });

  test("a bidirectional control beside a secret stays visible", () => {
    expect(cleaner.clean("a\u202eb swordfish-1 c\u202ed")).toBe("a⟨U+202E⟩b [redacted] c⟨U+202E⟩d");
  });
});

describe("data", () => {
  test("texts and names of fields are cleaned at any depth", () => {
    const data = { "a\u001b[1m": [{ text: "swordfish-1" }, 1, null, true] };
    expect(cleaner.cleanData<unknown>(data)).toEqual({
      a: [{ text: "[redacted]" }, 1, null, true],
    });
  });

  test("the value of a field that is called so is secret", () => {
    const data = { password: "hunter2", apiKey: "abcd1234", note: "hunter2", token: "identifier" };
    expect(cleaner.cleanData(data)).toEqual({
      password: "[redacted]",
      apiKey: "[redacted]",
      note: "hunter2",
      token: "identifier",
    });
  });

  test("clean data is returned as it is", () => {
    const data = { a: ["b", { c: "d" }] };
    expect(cleaner.cleanData(data)).toBe(data);
  });

  test("a field called __proto__ stays a field", () => {
    const data: unknown = JSON.parse('{"__proto__": {"a": "swordfish-1"}}');
    expect(JSON.stringify(cleaner.cleanData(data))).toBe('{"__proto__":{"a":"[redacted]"}}');
  });
});

describe("data of which one must see every character", () => {
  test("loses its secrets and nothing else", () => {
    const data = { cmd: "printf '\u001b[1m' swordfish-1\r\n", list: ["a\u200bb"] };
    expect(cleaner.redactData(data)).toEqual({
      cmd: "printf '\u001b[1m' [redacted]\r\n",
      list: ["a\u200bb"],
    });
  });

  test("loses what is invisible where a secret hides behind it", () => {
    expect(cleaner.redactData(["sword\u200bfish-1 \u001b[1m", "sword\u200bfish"])).toEqual([
      "[redacted] ",
      "sword\u200bfish",
    ]);
  });

  test("is not followed without end", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
    const clean = JSON.stringify(cleaner.redactData(deep));
    expect(clean).toContain("too deep");
    expect(clean.length).toBeLessThan(2000);
  });
});

describe("the cap", () => {
  test("comes last, and says what is missing", () => {
    expect(cleaner.clean("abc swordfish-1 def", { cap: 16 })).toBe(
      "abc [redacted] d\n[… 2 characters left out …]",
    );
  });

  test("lets through what fits, and never half a character", () => {
    expect(cleaner.clean("four", { cap: 4 })).toBe("four");
    expect(cleaner.clean("ab👩cd", { cap: 3 })).toBe("ab\n[… 4 characters left out …]");
  });

  test("counts over a whole stream, and anew after its end", () => {
    const gate = cleaner.createTextGate({ cap: 5 });
    const first = gate.push("one two ") + gate.push("three ") + gate.end();
    expect(first).toBe("one t\n[… 9 characters left out …]");
    expect(gate.push("four ") + gate.end()).toBe("four ");
  });
});

test("a recording keeps every byte but the secrets", () => {
  const line = 'data: {"delta":"\u001b[1m a\u200bb"}\r\n\r\n';
  expect(cleaner.redact(`${line}swordfish-1\r\n`)).toBe(`${line}[redacted]\r\n`);
});
