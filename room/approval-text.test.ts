import { expect, test } from "bun:test";
import type { ApprovalAsked } from "#core/events.ts";
import { approvalText } from "./approval-text.ts";
import { PLAIN } from "./style.ts";

const asked = (given: unknown): ApprovalAsked => ({
  type: "approval",
  state: "asked",
  id: "A7",
  turn: "turn_1",
  persona: "agent",
  call: { id: "call_1", name: "sh", arguments: given },
  why: '"sh" is supervised',
  hash: "h",
  expiresAt: Date.UTC(2026, 0, 1, 12, 30),
});

test("a question shows all that would run, and how to answer", () => {
  expect(approvalText(asked({ cmd: "rm -r a\nls", timeout_s: 5 }), PLAIN)).toBe(
    [
      '? A7 agent wants to run sh: "sh" is supervised',
      "    cmd: rm -r a",
      "    ls",
      "    timeout_s: 5",
      "  /approve A7 or /deny A7 · until 12:30:00 UTC",
    ].join("\n"),
  );
});

test("what cannot be seen is shown by its number", () => {
  const text = approvalText(asked({ cmd: "ls \u202e\u200b\u001b[2K\r#" }), PLAIN);
  expect(text).toContain(String.raw`cmd: ls \u{202e}\u{200b}\u{1b}[2K\u{d}#`);
});

test("what is too long to be shown is said to be there", () => {
  const text = approvalText(asked({ cmd: "x".repeat(9000) }), PLAIN);
  expect(text).toContain("… 1005 characters more: deny it if you do not know them");
});
