import { expect, test } from "bun:test";
import { openTalkingRoom } from "#test/talking-room.ts";
import { runSlash } from "./slash.ts";

test.each([
  ["/mcp", ["list"]],
  ["/mcp --json", ["list", "--json"]],
  ["/mcp list weather", ["list", "weather"]],
  ["/mcp diff weather", ["diff", "weather"]],
  ["/mcp disable weather", ["disable", "weather"]],
  ["/mcp reload", ["reload"]],
  // Nothing is approved that was not shown.
  ["/mcp approve weather", ["diff", "weather"]],
  ["/mcp approve weather 3f1a2b3c4d5e", ["approve", "weather", "3f1a2b3c4d5e"]],
  ["/mcp approve", ["approve"]],
])("%s runs org mcp %j, and shows what it prints", async (line, words) => {
  const ran: (readonly string[])[] = [];
  const shown: string[] = [];
  const { room, sources } = await openTalkingRoom();
  const runCommand = async (given: readonly string[]) => {
    ran.push(given);
    return "weather: enabled\u001b[2J\n";
  };
  const { done } = await runSlash(line, {
    ...{ room, sources: { ...sources, runCommand } },
    say: (text) => shown.push(text),
  });
  await done;
  expect(ran).toEqual([["mcp", ...words]]);
  expect(shown).toEqual(["weather: enabled"]);
});
