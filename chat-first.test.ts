/** With which tools a turn of a small model begins, by the form of the line. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { contextModel } from "#models/context-model.ts";
import type { ProjectView } from "#models/model.ts";
import { agent } from "#models/personas/agent.ts";
import { writeAction, writeAnswer } from "#models/turn-shape.ts";
import { memoryProvider, saying } from "#test/memory-provider.ts";
import { defineTool } from "#tools/define-tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import { runWithTools } from "./chat.ts";

const NAMES = ["python_run", "sh", "forge", "send_mail"];

/** The last message of the newest request. */
let told = "";

/** The tools that the last reply may call, and whether it may answer. @param replies the ones before it. */
async function offered(line: string, replies: readonly string[], project?: ProjectView) {
  const provider = memoryProvider((_, index) => saying(replies[index] ?? writeAnswer("Done.")));
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
  expect(provider.requests).toHaveLength(replies.length + 1);
  const request = provider.requests.at(-1);
  const shape = JSON.stringify(request?.shape ?? {});
  told = String(request?.messages.at(-1)?.content);
  return NAMES.concat("answer").filter((name) => shape.includes(`"const":"${name}"`));
}

const first = async (line: string, project?: ProjectView) => await offered(line, [], project);
const ANSWER = "answer";

test.each([
  ["Who wrote Hamlet?", [...NAMES, ANSWER]],
  ['Spell the word "harbour" backwards.', ["python_run"]],
  // A real model wrote a program of Python with the pipe in it.
  ["What does `printf 'b\\na\\n' | sort | head -n 1` print? Try it.", ["sh"]],
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

// A real model compared the forge's report with itself, and then said that it could not help.
test("behind a tool that the forge delivered the model can only answer", async () => {
  const wish = "Build a tool that says whether a text is a palindrome";
  expect(await offered(wish, [writeAction("forge", { what: wish })])).toEqual([ANSWER]);
  const found = await offered("What is 3 + 4?", [writeAction("python_run", { what: "3 + 4" })]);
  expect(found).toContain("sh");
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
