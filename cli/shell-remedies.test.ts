import { expect, test } from "bun:test";
import { explain, OrgError } from "#core/errors.ts";
import { forShell } from "./shell-remedies.ts";

test.each([
  ["/retry", "run the same command again"],
  ["/mode direct:agent", "--mode direct:agent"],
  ["/model qwen3:8b", "--model qwen3:8b"],
  ["/pull qwen3", "org models pull qwen3"],
  ["/pull", "org models pull"],
  ["/approvals", "org approvals"],
  ["/approve A1", "org approve A1"],
  ["/deny A1", "org deny A1"],
  ["/checks", "org project checks"],
  ["/critic off", "org project critic off"],
  ["/rebase", "org project rebase"],
  ["/status", "org --resume   # and there: /status"],
  ["/stop", "org --resume   # and there: /stop"],
  ["/help", "org --resume   # and there: /help"],
  ["/diff sum.ts", "org project diff sum.ts"],
  ["/undo   # then use another name", "org project undo   # then use another name"],
  ["/try 3 TASK   # or: org project try 3 TASK", "org project try 3 TASK"],
  ["/try drop   # or: org project try --drop; drops all", "org project try --drop   # drops all"],
  ["/compact", "org --resume   # and there: /compact"],
  ["/personas", "org --resume   # and there: /personas"],
])("the remedy %s of a room is %s in a shell", (ofRoom, inShell) => {
  const error = new OrgError("It failed", { code: "USAGE", remedies: [ofRoom, "org help"] });
  expect(forShell(explain(error))).toBe(`It failed [USAGE]\n→ ${inShell}\n→ org help`);
});

test("a project's diff that is named behind another text is that of the shell", () => {
  expect(forShell("2 files · /diff\n3 files · /diff\n/diff is")).toBe(
    "2 files · org project diff\n3 files · org project diff\n/diff is",
  );
});

test("a path at the root, and a command that is only quoted, stay as they are", () => {
  const text = "Nothing answers /retry\n→ /usr/sbin/sysctl -w x=1\n→ /opt";
  expect(forShell(text)).toBe(text);
});
