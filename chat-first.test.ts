/** With which tools a turn of a small model begins, by the form of the line. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { contextModel } from "#models/context-model.ts";
import type { ProjectView } from "#models/model.ts";
import { agent } from "#models/personas/agent.ts";
import { writeAnswer } from "#models/turn-shape.ts";
import { memoryProvider, saying } from "#test/memory-provider.ts";
import { defineTool } from "#tools/define-tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import { runWithTools } from "./chat.ts";

const NAMES = ["python_run", "sh", "forge", "send_mail"];

/** The last message of the newest first request. */
let told = "";

/** The tools that the first reply may call, and whether it may answer. */
async function first(line: string, project?: ProjectView) {
  const provider = memoryProvider(() => saying(writeAnswer("Done.")));
  const tools = new Toolbox(
    NAMES.map((name) =>
      defineTool({
        name,
        effect: "execute",
        description: "Does it.",
        input: z.object({ what: z.string() }),
        run: async () => ({ ok: true, output: "done", exit: 0 }),
      }),
    ),
  );
  const asked = [{ role: "user" as const, content: line }];
  const turn = {
    ...{ id: "t1", message: "m1", tools, cleaner: new TextCleaner(), others: ["user"] },
    model: contextModel(
      { ...agent, profile: { calls: "shape" } },
      { provider, name: "m", windowTokens: 8192, others: [] },
    ),
    history: [asked],
    shared: () => ({ history: [asked], tools: tools.schemas, present: ["agent"], project }),
    ...{ lock: new ChannelLock(), limits: TURN_LIMITS, signal: new AbortController().signal },
  };
  for await (const _ of runWithTools(turn));
  const shape = JSON.stringify(provider.requests[0]?.shape ?? {});
  told = String(provider.requests[0]?.messages.at(-1)?.content);
  return NAMES.concat("answer").filter((name) => shape.includes(`"const":"${name}"`));
}

const ANSWER = "answer";

test.each([
  ["Who wrote Hamlet?", [...NAMES, ANSWER]],
  ['Spell the word "harbour" backwards.', ["python_run"]],
  ["Build a tool for slugs.", ["forge"]],
  // It is about words as well.
  ["Build a tool that translates a word to pig latin.", ["forge"]],
  ["Make a tool for e-mail addresses.", ["forge"]],
  // Words are asked for; another tool than a program may be what they are for.
  ["Send Ann an e-mail that I am late.", ["forge", "send_mail", ANSWER]],
  ["Describe the sea.", ["forge", "send_mail", ANSWER]],
])("%s begins with %j", async (line, names) => {
  expect(await first(line)).toEqual(names);
});

// In its head a real model worked out 4800 where the code gives 4500; told how, it imported the function and was right.
test("what code comes to for some values is found out by a program that imports it", async () => {
  const opened = "(the file fare.py)\n```py\ndef fare(zones):\n    return zones * 2\n```";
  const project = { about: "You work on transit.", check: "make test", opened };
  expect(await first("How many euros is the fare for 3 zones?", project)).toEqual(["python_run"]);
  expect(told).toEndWith("Its code begins with: from fare import fare");
  expect(await first("Which zones has the fare?", project)).toContain("answer");
  expect(told).not.toContain("python_run");
});
