import { expect, test } from "bun:test";
import { codeImport } from "./code-import.ts";

const OPENED = `(the file tests/test_fare.py)
\`\`\`py
def fare(zones):
    return 1
\`\`\`

(the file transit/fare.py)
\`\`\`py
"""Fares."""


def fare(zones, age):
    return zones * 2


def _round(cents):
    return cents
\`\`\`

(the file toll.js)
\`\`\`js
export function toll(axles) {}
\`\`\``;

test.each([
  ["How many euros is the fare for 3 zones at the age of 12?", "from transit.fare import fare"],
  ["What does fare(3, 12) return? Change no file.", "from transit.fare import fare"],
  ["What is fare(3, 12) in transit/fare.py?", "from transit.fare import fare"],
  ["How many euros is the fare for zone 3 in fares.csv?", undefined],
  // No values, no question, no function of Python, or what it is like.
  ["How does fare get its zones?", undefined],
  ["Raise the fare for 3 zones to 9.", undefined],
  ["How many euros is the toll for 3 axles?", undefined],
  ["How many euros is a fares list of 3 zones?", undefined],
  ["Explain what the fare for 3 zones is?", undefined],
])("%s: %p", (line, expected) => {
  expect(codeImport(line, OPENED)).toBe(expected);
  expect(codeImport(line)).toBeUndefined();
});
