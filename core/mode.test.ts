import { expect, test } from "bun:test";
import { formatMode, parseMode } from "./mode.ts";

const personas = ["agent", "python"];

test.each(["group", "direct:python", "file:notes/today.md"])("%s reads back as itself", (text) => {
  expect(formatMode(parseMode(text, personas))).toBe(text);
});

test("an unknown persona is named, with the nearest", () => {
  expect(() => parseMode("direct:pyhton", personas)).toThrow(
    expect.objectContaining({
      code: "PERSONA_UNKNOWN",
      remedies: ["/mode direct:python"],
      unchanged: "The mode was not changed.",
    }),
  );
});

test.each(["", "groups", "direct:", "file:  ", "shell:x", "direct"])(
  '"%s" is not a mode',
  (text) => {
    expect(() => parseMode(text, personas)).toThrow(
      expect.objectContaining({ code: "MODE_INVALID" }),
    );
  },
);
