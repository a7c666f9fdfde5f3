import { expect, test } from "bun:test";
import { openTalkingRoom } from "#test/talking-room.ts";
import { handleMessage } from "./handle-message.ts";
import { runSlash } from "./slash.ts";
import type { RunningCommand } from "./slash-command.ts";

test.each(["/checks", "/cand", "/promote", "/rebase", "/gate cand/x"])(
  "%s has its turn among the answers, shows what it reports, and ends with /stop",
  async (line) => {
    const { room, sources } = await openTalkingRoom();
    const shown: string[] = [];
    const started = Promise.withResolvers<void>();
    const runCommand = async (_words: readonly string[], how?: RunningCommand) => {
      how?.say("check 1 of 2\n");
      started.resolve();
      await new Promise((_, reject) =>
        how?.signal.addEventListener("abort", () => reject(how.signal.reason)),
      );
      return "never";
    };
    const say = (text: string) => void shown.push(text);
    const answering = await room.say("hang");
    const running = await runSlash(line, { room, sources: { ...sources, runCommand }, say });
    expect(room.queued).toBe(1);
    room.stop();
    await answering.done;
    await started.promise;
    expect(shown).toEqual(["check 1 of 2"]);
    expect(room.busy).toBe(true);
    await runSlash("/stop", { room, sources });
    await running.done;
    expect(shown).toEqual(["check 1 of 2", `Stopped: ${line.split(" ")[0]}`]);
    const failing = { ...sources, runCommand: () => Promise.reject(new Error("no")) };
    const failed = await runSlash(line, { room, sources: failing, say });
    await expect(failed.done).rejects.toThrow("no");
  },
);

test("/cand lists and shows candidates at once, whatever is being answered", async () => {
  const { room, sources } = await openTalkingRoom();
  const answering = await room.say("hang");
  const { text } = await runSlash("/cand list", { room, sources });
  expect(text).toBe("ran cand list");
  expect((await runSlash("/cand show x", { room, sources })).text).toBe("ran cand show x");
  room.stop();
  await answering.done;
  expect((await runSlash("/help", { room, sources })).text).toContain(
    "on a repository, without a word: make one",
  );
});

test("a command has what stands behind it as it was typed", async () => {
  const { room, sources } = await openTalkingRoom();
  const ran: (readonly string[])[] = [];
  const runCommand = async (words: readonly string[]) => {
    ran.push(words);
    return "";
  };
  const typed = async (line: string) => {
    const { done } = await runSlash(line, { room, sources: { ...sources, runCommand } });
    await done;
    return ran.at(-1);
  };
  expect(await typed("/diff my  file.txt ")).toEqual(["project", "diff", "--", "my  file.txt"]);
  expect(await typed("/diff --help")).toEqual(["project", "diff", "--", "--help"]);
  expect(await typed("/diff")).toEqual(["project", "diff"]);
  expect((await typed("/try  2 mend it:\n  a\n\n  b\n"))?.at(-1)).toBe("mend it:\n  a\n\n  b");
  expect(await typed("/try take   2")).toEqual(["project", "try", "--take", "2"]);
  expect(await typed("/stop  4")).toEqual(["jobs", "cancel", "4"]);
  expect(await typed("/undo twice")).toEqual(["project", "undo", "twice"]);
});

test.each([
  ["/critic", ["project", "critic"]],
  ["@@critic", ["project", "critic"]],
  ["@@critic  --what of  names?", ["project", "critic", "--", "--what of  names?"]],
])("in a room on a repository %p asks who reviews its changes", async (line, words) => {
  const { room, sources } = await openTalkingRoom(undefined, "project-0123456789abcdef");
  const ran: (readonly string[])[] = [];
  const runCommand = async (given: readonly string[]) => {
    ran.push(given);
    return "";
  };
  const { done } = await handleMessage(line, { room, sources: { ...sources, runCommand } });
  await done;
  expect(ran).toEqual([words]);
});

test("elsewhere @@critic is a persona like any other", async () => {
  const { room, sources } = await openTalkingRoom();
  await expect(handleMessage("@@critic hello", { room, sources })).rejects.toMatchObject({
    code: "PERSONA_UNKNOWN",
  });
});
