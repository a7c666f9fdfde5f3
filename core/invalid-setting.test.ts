import { expect, test } from "bun:test";
import { invalid } from "./invalid-setting.ts";

test.each([
  ["/home/a/org.config", 'edit "/home/a/org.config"'],
  ["OLLAMA_BASE", "unset OLLAMA_BASE, or correct it"],
  // A shell knows nothing to unset there.
  ["--base", "correct --base, or leave it out"],
])("a setting in %s is mended where it stands", (source, remedy) => {
  expect(invalid(source, "it is not an address").remedies).toEqual([remedy]);
});
