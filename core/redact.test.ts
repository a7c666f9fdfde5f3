import { expect, test } from "bun:test";
import { redactor } from "#core/redact.ts";

test("known values go wherever they stand", () => {
  expect(redactor(["swordfish-1"])('{"a":"swordfish-1"} xswordfish-1x')).toBe(
    '{"a":"[redacted]"} x[redacted]x',
  );
});

test("a value too short to be told from a word stays", () => {
  expect(redactor(["ollama"])("ollama serve")).toBe("ollama serve");
});

test.each([
  ["sk-proj-", "a".repeat(32)],
  ["ghp_", "b".repeat(36)],
  ["AKIA", "C".repeat(16)],
  ["hf_", "d".repeat(34)],
  ["xoxb-", "1".repeat(24)],
])("a key that begins with %s goes", (prefix, rest) => {
  // Put together here, so that no scanner takes this file for a leak.
  expect(redactor()(`key=${prefix}${rest};`)).toBe("key=[redacted];");
});

test("a private key goes whole", () => {
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} RSA PRIVATE KEY-----`);
  expect(redactor()(`a\n${begin}\nMIIE\n${end}\nb`)).toBe("a\n[redacted]\nb");
});

test("prose stays as it is", () => {
  const text = "The task-force asked: is sk-8 a road? See eyJ and AKIA in the manual.";
  expect(redactor()(text)).toBe(text);
});
