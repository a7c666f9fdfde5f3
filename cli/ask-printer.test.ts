import { expect, test } from "bun:test";
import { capturedOutput } from "#test/captured-output.ts";
import { AnswerPrinter } from "./ask-printer.ts";

test("a call that no user could approve is printed with its outcome, and not with how to approve it", () => {
  const output = capturedOutput();
  const printer = new AnswerPrinter(output);
  const who = { type: "approval", id: "A1", turn: "t1", persona: "agent" } as const;
  const call = { id: "c1", name: "sh", arguments: { cmd: "ls" } };
  printer.take({ ...who, state: "asked", call, why: "it runs", hash: "0", expiresAt: 0 });
  expect(output.stderr).toBe("");
  printer.take({ ...who, state: "answered", outcome: "unattended", by: "org" });
  expect(output.stderr).toBe(
    "? A1 agent wants to run sh: it runs\n    cmd: ls\n✘ A1 cannot be asked here: denied\n",
  );
  expect(output.stdout).toBe("");
});
