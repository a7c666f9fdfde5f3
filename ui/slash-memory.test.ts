import { expect, test } from "bun:test";
import { openTalkingRoom } from "#test/talking-room.ts";
import { handleMessage } from "./handle-message.ts";

test.each([
  ["/memory", ["memory", "list"]],
  ["/memory when does it open?", ["memory", "search", "--", "when does it open?"]],
  ["/memory add It  opens\nat --nine", ["memory", "add", "--", "It  opens\nat --nine"]],
  ["/memory show m12", ["memory", "show", "m12"]],
  ["/memory forget m12", ["memory", "forget", "m12"]],
  ["/memory trust m12", ["memory", "trust", "m12"]],
  ["/memory review", ["memory", "review"]],
])("%j is a command of the command line", async (line, expected) => {
  const ran: (readonly string[])[] = [];
  const there = await openTalkingRoom();
  const runCommand = async (words: readonly string[]) => {
    ran.push(words);
    return "done";
  };
  await handleMessage(line, { ...there, sources: { ...there.sources, runCommand } });
  expect(ran).toEqual([expected]);
});

test("what is added in a direct conversation is between that persona and the user", async () => {
  const ran: (readonly string[])[] = [];
  const there = await openTalkingRoom();
  await there.room.setMode("direct:python", "user");
  const runCommand = async (words: readonly string[]) => {
    ran.push(words);
    return "done";
  };
  await handleMessage("/memory add It rains.", {
    ...there,
    sources: { ...there.sources, runCommand },
  });
  expect(ran).toEqual([["memory", "add", "--for", "python", "--", "It rains."]]);
});
