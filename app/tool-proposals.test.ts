import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JournaledEvent } from "#core/events.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import { testJournal } from "#test/room-fixture.ts";
import { trustOf } from "#tools/registry/trust.ts";
import {
  proposalsText,
  storeReported,
  type ToolProposals,
  toolProposals,
  untold,
} from "./tool-proposals.ts";

const DAY = 86_400_000;
const { signal } = new AbortController();

/** One line, and the program that answers it. */
function exchange(id: string, file: string): readonly JournaledEvent[] {
  const turn = { turn: id, persona: "agent" };
  const cmd = `grep -c 'it'"'"'s' ${file} | awk '{ print $1 * 2 }'`;
  const call = { id: "c", name: "sh", arguments: { cmd } };
  return [
    {
      ...{ type: "message", id, from: "user", text: `@@agent how often in\n${file}?` },
      ...{ to: ["agent"], mode: "group" },
    },
    { type: "turn-start", ...turn, message: id, model: "m", window: 8192 },
    { type: "tool-call", ...turn, call, origin: "declared" },
    { type: "tool-result", ...turn, id: "c", name: "sh", ok: true, ms: 5, size: 1, output: "4" },
    { type: "turn-end", ...turn, reason: "complete" },
  ];
}

async function proposalsAt(now: number, files = ["a.txt", "b.txt", "c.txt"]) {
  await using home = await testJournal();
  for (const [index, file] of files.entries()) {
    for (const [at, event] of exchange(`e${index}`, file).entries()) {
      await home.journal.append("r", { key: `${index}-${at}`, event });
    }
  }
  const openRoom = () => Promise.reject(new Error("No room is opened here"));
  await using rooms = new RoomHost({ journal: home.journal, openRoom });
  const registry = { list: async () => [] };
  return await toolProposals({ rooms, registry, trust: () => trustOf([], now), now, signal });
}

test("what was done by hand three times is proposed with a command that a shell reads as one goal", async () => {
  const { make, retire } = await proposalsAt(Date.now());
  expect(retire).toEqual([]);
  expect(make).toMatchObject([
    { tool: "sh", times: 3, id: expect.stringMatching(/^[0-9a-f]{12}$/) },
  ]);
  const command = make[0]?.command ?? "";
  const words = Bun.spawnSync(["sh", "-c", `printf '%s\\0' ${command}`]).stdout.toString();
  expect(words.split("\0").slice(0, -1)).toEqual([
    ...["org", "forge", "--goal"],
    'One tool for what was asked as "how often in a.txt?", "how often in b.txt?", "how often in c.txt?". ' +
      `It was done by this shell command:\ngrep -c 'it'"'"'s' c.txt | awk '{ print $1 * 2 }'`,
  ]);
});

test("what was done more than thirty days ago is not proposed, nor what was done twice", async () => {
  expect(await proposalsAt(Date.now() + 31 * DAY)).toEqual({ make: [], retire: [] });
  expect(await proposalsAt(Date.now(), ["a.txt", "b.txt"])).toEqual({ make: [], retire: [] });
});

test("a person is told once of each, and anew of what came back", async () => {
  await using folder = await temporaryFolder("proposals");
  const path = join(folder.path, "state", "proposals.json");
  const { make } = await proposalsAt(Date.now());
  const all: ToolProposals = { make, retire: [{ name: "median", why: "its trust is 0.07" }] };
  expect(untold(path, all)).toEqual(all);
  expect(proposalsText(all)).toBe(
    "1 thing done by hand could be a tool; 1 tool may go: org tools proposals",
  );
  await storeReported(path, all);
  expect(untold(path, all)).toEqual({ make: [], retire: [] });
  expect(proposalsText(untold(path, all))).toBeUndefined();
  expect(readFileSync(path, "utf8")).not.toContain("txt");
  await storeReported(path, { make, retire: [] });
  expect(untold(path, all)).toEqual({ make: [], retire: all.retire });
  for (const damaged of ["\u0000[", '{"told":1}']) {
    await Bun.write(path, damaged);
    expect(untold(path, all)).toEqual(all);
  }
});
