import { expect, test } from "bun:test";
import { openTalkingRoom } from "#test/talking-room.ts";
import { runSlash } from "./slash.ts";
import type { RunningCommand } from "./slash-command.ts";
import { tryArguments } from "./slash-try.ts";

const AGENT = ["--personas", "agent", "--models", "m"];
const BOTH = ["--personas", "agent,python", "--models", "m,qwen3:8b"];

test.each([
  ["", []],
  ["drop", ["--drop"]],
  ["take 2", ["--take", "2"]],
  ["take best", ["--take", "best"]],
  ["diff 3", ["--diff", "3"]],
  ["mend it", [...AGENT, "--", "mend it"]],
  ["4 mend it", ["--count", "4", ...AGENT, "--", "mend it"]],
  ["2 @@agent @@python mend it", ["--count", "2", ...BOTH, "--", "mend it"]],
  ["@@agent mend what @@python said", [...AGENT, "--", "mend what @@python said"]],
  ["@@stranger mend it", ["--personas", "stranger", "--", "mend it"]],
  ["take the first", [...AGENT, "--", "take the first"]],
  ["drop the table", [...AGENT, "--", "drop the table"]],
  ["--drop all", [...AGENT, "--", "--drop all"]],
  ["3", ["--count", "3", ...AGENT, "--", ""]],
  ["3rd test fails", [...AGENT, "--", "3rd test fails"]],
])("/try %p means %p", async (operand, words) => {
  const { room } = await openTalkingRoom();
  await room.setModel("qwen3:8b", "python");
  expect(tryArguments(operand, room)).toEqual(["project", "try", ...words]);
});

test("/try shows what is reported while attempts run, then the table; /stop ends them without an error", async () => {
  const { room, sources } = await openTalkingRoom();
  const shown: string[] = [];
  const started = Promise.withResolvers<void>();
  const runCommand = async (_words: readonly string[], how?: RunningCommand) => {
    how?.say("attempt 1: started\n");
    started.resolve();
    await new Promise((_, reject) =>
      how?.signal.addEventListener("abort", () => reject(how.signal.reason)),
    );
    return "never";
  };
  const say = (text: string) => void shown.push(text);
  const running = await runSlash("/try mend it", {
    room,
    sources: { ...sources, runCommand },
    say,
  });
  await started.promise;
  expect(room.busy).toBe(true);
  expect(room.stop()).toBe(true);
  await running.done;
  expect(shown).toEqual(["attempt 1: started"]);

  const { done } = await runSlash("/try take 1", { room, sources, say });
  await done;
  expect(shown.at(-1)).toBe("ran project try --take 1");
  const failing = { ...sources, runCommand: () => Promise.reject(new Error("no")) };
  const failed = await runSlash("/try", { room, sources: failing, say });
  await expect(failed.done).rejects.toThrow("no");
});
