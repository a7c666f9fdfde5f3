/** What each command says in a home in which nothing has happened yet, and that a look at a home makes none. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test.each<[string, number, string, string]>([
  ["approvals", 0, "", "No call waits for your approval.\n"],
  ["backup", 0, "", "There is no backup yet.\n"],
  ["digest", 0, "", "There is no digest yet: org digest now\n"],
  ["fixes", 0, "", "No supervisor has ever looked after this home; see `org help supervise`.\n"],
  [
    "fixes --json",
    0,
    '{"fixes":[],"givenUp":[]}\n',
    "No supervisor has ever looked after this home; see `org help supervise`.\n",
  ],
  ["goal list", 0, "", "No goal was ever set in this home; see docs/goals.md.\n"],
  ["jobs", 0, "", "No job was ever submitted in this home; see docs/jobs.md.\n"],
  ["lease", 0, "", "No lease was granted.\n"],
  ["log rotate", 0, "There is nothing to rotate.\n", ""],
  ["mcp list", 0, "", "No MCP server is configured: docs/mcp.md says how.\n"],
  ["mcp reload", 0, "No process owns this home: the next room starts the servers.\n", ""],
  ["ps", 0, "", "No process of this home runs.\n"],
  ["ps --json", 0, '{"processes":[]}\n', ""],
  ["restart", 1, "", "No such process of this home runs.\n"],
  ["restart --json", 1, '{"dryRun":false,"processes":[]}\n', ""],
  ["stop", 0, "", "No such process of this home runs.\n"],
  ["stop --dry-run --json", 0, '{"dryRun":true,"processes":[]}\n', ""],
  ["token list", 0, "", "There is no token: every program on this machine can use the ports.\n"],
  ["tools proposals", 0, "", "Nothing is proposed.\n"],
  ["tools retire", 0, "", "Every generated tool is in use.\n"],
  ["workflow", 0, "", "There is no workflow; see docs/workflows.md.\n"],
])("org %s", async (words, ...ran) => {
  const [code, stdout, stderr] = ran;
  await using home = await testHome();
  expect(await runCommand(home, ...words.split(" "))).toEqual({ code, stdout, stderr });
});

test.each(["status", "status --json", "ps", "fixes", "digest", "jobs", "goal list", "log rotate"])(
  "org %s leaves no trace in a folder that is not a home",
  async (words) => {
    await using home = await testHome();
    await runCommand(home, ...words.split(" "));
    expect(existsSync(join(home.path, ".org", "state"))).toBe(false);
  },
);

test.each<[string, string, string]>([
  ["config approve-policy", "USAGE", "There is no policy program to approve"],
  ["db check", "CONFIG_INVALID", "No database is named"],
  ["fitness", "USAGE", "Which candidate?"],
  ["fitness cand/a b", "USAGE", 'Unexpected argument "b"'],
  ["fixes approve 1", "FIX_UNKNOWN", "This home has no fixes yet"],
  ["fixes resume current", "FIX_UNKNOWN", "This home has no fixes yet"],
  ["log", "ROOM_UNKNOWN", "There is no room in this home yet"],
  ["log rotate --keep 1001", "USAGE", '--keep "1001" is not a number of files'],
  ["log rotate --keep 2x", "USAGE", '--keep "2x" is not a number of files'],
  ["models list", "PROVIDER_UNREACHABLE", "The server http://127.0.0.1:1 does not answer"],
  ["models list --provider other", "USAGE", 'There is no provider "other"'],
  ["project status", "INPUT_MISSING", "No room works on this repository"],
  ["reject", "USAGE", "Which candidate?"],
  ["stop --grace x", "USAGE", '--grace "x" is not a time'],
  ["stop --grace 3601", "USAGE", '--grace "3601" is not a time'],
  ["stop --grace=-1", "USAGE", '--grace "-1" is not a time'],
  ["telegram", "CONFIG_INVALID", "There is no Telegram bot"],
  ["tools show calculate", "TOOL_UNKNOWN", 'There is no tool "calculate"'],
  ["worker", "USAGE", "No shared database is configured"],
  ["worker nope", "USAGE", '"nope" is not a role of a worker'],
  ["worker --workers 65", "USAGE", 'Invalid value for --workers: "65" (1 to 64)'],
  ["worker --workers 0", "USAGE", 'Invalid value for --workers: "0" (1 to 64)'],
])("org %s is refused with %s", async (words, code, message) => {
  await using home = await testHome();
  const refusal = runCommand(home, ...words.split(" "));
  await expect(refusal).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test("org reject without a candidate says where the candidates are, and its own help", async () => {
  await using home = await testHome();
  await expect(runCommand(home, "reject")).rejects.toMatchObject({
    remedies: ["org cand list", "org help reject"],
    unchanged: "Nothing was changed.",
  });
});
