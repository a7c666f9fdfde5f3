/** Turns that change a repository: what is tested before they end, and what a failed test leads to. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import type { RoomEvent } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { contextModel } from "#models/context-model.ts";
import type { CallStyle } from "#models/extract/extractor.ts";
import { agent } from "#models/personas/agent.ts";
import { writeAction, writeAnswer } from "#models/turn-shape.ts";
import { memoryProvider, saying } from "#test/memory-provider.ts";
import { defineTool } from "#tools/define-tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import { runWithTools, type Turn } from "./chat.ts";

const edit = (replace: string) =>
  writeAction("edit_file", { path: "a.ts", search: "one", replace });
const run = (cmd: string) => writeAction("sh", { cmd });

interface Played {
  /** What the tools did, in order. */
  readonly ran: readonly string[];
  /** Whether each edit was to put in what small models leave out. */
  readonly mends: readonly (boolean | undefined)[];
  readonly events: readonly RoomEvent[];
  readonly requests: ReturnType<typeof memoryProvider>["requests"];
}

interface PlayOptions {
  readonly calls?: CallStyle;
  readonly asked?: string;
  /** Files that are shown behind the line. */
  readonly opened?: string;
  /** The test does not run. */
  readonly isRefused?: boolean;
  /** A change can be reverted. */
  readonly mayStartOver?: boolean;
}

/** @param passes results of the test, one after the other; it passes once they are used up. */
async function play(
  replies: readonly string[],
  passes: readonly boolean[],
  options: PlayOptions = {},
): Promise<Played> {
  const { calls = "shape", asked = "Why?", isRefused = false, mayStartOver = false } = options;
  const provider = memoryProvider((_request, index) => saying(replies[index] ?? "no reply"));
  const ran: string[] = [];
  const mends: (boolean | undefined)[] = [];
  const left = [...passes];
  const sh = defineTool({
    ...{ name: "sh", effect: "execute", description: "Runs.", lasts: true },
    input: z.object({ cmd: z.string() }),
    run: async ({ cmd }) => {
      const holds = cmd.startsWith("bun --no-install -e ");
      ran.push(holds ? "examples" : cmd);
      const ok = !(holds || cmd === "bun test") || (left.shift() ?? true);
      const output = ok ? "1 pass" : "a.test.ts:3 error: expected 2";
      // Without an exit code nothing ran: it was refused, for example.
      return { ok, output, ...(isRefused ? {} : { exit: ok ? 0 : 1 }) };
    },
  });
  const editing = defineTool({
    ...{ name: "edit_file", effect: "execute", description: "Edits.", lasts: true },
    input: z.object({ path: z.string(), search: z.string(), replace: z.string() }),
    run: async ({ replace }, context) => {
      ran.push(`edit ${replace}`);
      mends.push(context.mends);
      return { ok: true, output: "edited a.ts" };
    },
  });
  const tools = new Toolbox([sh, editing]);
  const turn: Turn = {
    ...{ id: "t1", message: "m1", tools, cleaner: new TextCleaner(), others: ["user"] },
    model: contextModel(
      { ...agent, profile: { calls } },
      { provider, name: "m", windowTokens: 8192, others: [] },
    ),
    history: [[{ role: "user", content: "user: go" }]],
    shared: () => ({
      ...{ history: [[{ role: "user", content: asked }]], tools: tools.schemas },
      present: ["agent"],
      project: { about: "You work on shop.", check: "bun test", opened: options.opened },
    }),
    startOver: mayStartOver ? async () => void ran.push("back") : undefined,
    ...{ lock: new ChannelLock(), limits: TURN_LIMITS, signal: new AbortController().signal },
  };
  const events: RoomEvent[] = [];
  for await (const event of runWithTools(turn)) events.push(event);
  return { ran, mends, events, requests: provider.requests };
}

/** Whether each reply could be an answer. */
const mayAnswer = ({ requests }: Played) =>
  requests.map(({ shape }) => JSON.stringify(shape?.schema).includes('"answer"'));

const endOf = ({ events }: Played) => events.at(-1);

test("what a small model changed is tested before its answer ends the turn", async () => {
  const played = await play([edit("two"), writeAnswer("Done.")], []);
  expect(played.ran).toEqual(["edit two", "bun test"]);
  expect(endOf(played)).toMatchObject({ type: "turn-end", reason: "complete" });
  const ids = played.events.flatMap((event) => (event.type === "tool-call" ? [event.call.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
});

test("files are mended for a model that is held to a shape, and for no other", async () => {
  const shaped = await play([edit("two"), writeAnswer("Done.")], []);
  const call = `<tool_call>${JSON.stringify({ name: "edit_file", arguments: { path: "a.ts", search: "one", replace: "c" } })}</tool_call>`;
  const others = await Promise.all(
    (["text", "template"] as const).map((calls) => play([call, "Done."], [], { calls })),
  );
  expect([shaped, ...others].map(({ mends }) => mends)).toEqual([[true], [false], [false]]);
});

test("a test that fails is the model's next instruction, and it has to do something then", async () => {
  const replies = [edit("two"), writeAnswer("Done."), edit("three"), writeAnswer("Now it is.")];
  const played = await play(replies, [false]);
  expect(played.ran).toEqual(["edit two", "bun test", "edit three", "bun test"]);
  const [, , third] = played.requests;
  expect(third?.messages.at(-1)?.content).toContain("a.test.ts:3 error: expected 2");
  expect(mayAnswer(played)).toEqual([true, true, false, true]);
  expect(endOf(played)).toMatchObject({ reason: "complete" });
});

test("a change that fails the test is reverted and made anew, from what was asked", async () => {
  const replies = [edit("two"), writeAnswer("Done."), edit("three"), writeAnswer("Now it is.")];
  const played = await play(replies, [false], { mayStartOver: true });
  expect(played.ran).toEqual(["edit two", "bun test", "back", "edit three", "bun test"]);
  const [, , third] = played.requests;
  const texts = JSON.stringify(third?.messages);
  expect(third?.messages.at(-1)?.content).toContain("a.test.ts:3 error: expected 2");
  // It does not see what it tried.
  expect(texts).not.toContain("edited a.ts");
  expect(third?.temperature).toBe(0.7);
  expect(mayAnswer(played)).toEqual([true, true, false, true]);
  const notices = played.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
  expect(notices).toEqual(["The test fails: the change is reverted and made anew ⟲ 2 of 3."]);
  expect(endOf(played)).toMatchObject({ reason: "complete" });
});

test("what the line says that a function gives is held against it behind the test", async () => {
  const asked = "Add price(n) to a.ts: price(3) is 6.";
  const [wrong, right] = ["n", "n * 2"].map((value) =>
    edit(`export function price(n: number) {\n  return ${value};\n}`),
  );
  const replies = [wrong ?? "", writeAnswer("Done."), right ?? "", writeAnswer("Now it is.")];
  const steps = ({ ran }: Played) => ran.map((one) => one.replace(/ export[\s\S]*/, ""));
  const played = await play(replies, [true, false], { asked, mayStartOver: true });
  const again = ["back", "edit", "bun test", "examples"];
  expect(steps(played)).toEqual(["edit", "bun test", "examples", ...again]);
  expect(endOf(played)).toMatchObject({ reason: "complete" });
  const { ran } = await play(replies.slice(0, 2), [], { asked, calls: "template" });
  expect(ran).not.toContain("examples");
  const none = await play(replies.slice(0, 2), [], { asked: "Add price(n) to a.ts." });
  expect(steps(none)).toEqual(["edit", "bun test"]);
});

test("the third attempt goes on with what it has, and is told of what fails", async () => {
  const replies = ["one", "two", "three", "four", "five"].flatMap((text) => [
    ...[edit(text), writeAnswer("Done.")],
  ]);
  const played = await play(
    replies,
    Array.from({ length: 9 }, () => false),
    {
      mayStartOver: true,
    },
  );
  expect(played.ran.filter((one) => one !== "bun test")).toEqual([
    ...["edit one", "back", "edit two", "back", "edit three", "edit four", "edit five"],
  ]);
  expect(played.ran.filter((one) => one === "bun test")).toHaveLength(4);
  expect(endOf(played)).toMatchObject({ type: "turn-end", reason: "complete" });
});

test("a test that the model itself saw fail leads to another attempt as well", async () => {
  const replies = [edit("two"), run("bun test"), writeAnswer("Done."), edit("three")];
  const played = await play([...replies, writeAnswer("Now it is.")], [false], {
    mayStartOver: true,
  });
  expect(played.ran).toEqual(["edit two", "bun test", "back", "edit three", "bun test"]);
});

test("a model whose mended change fails again, or that only tests again, begins anew at once", async () => {
  const end = [edit("four"), writeAnswer("Done.")];
  const mended = [edit("two"), run("bun test"), edit("three"), run("bun test")];
  const again = await play([...mended, ...end], [false, false], { mayStartOver: true });
  const tried = ["edit two", "bun test", "edit three", "bun test", "back"];
  expect(again.ran).toEqual([...tried, "edit four", "bun test"]);
  const repeated = [edit("two"), run("bun test"), run("bun test")];
  const twice = await play([...repeated, ...end], [false], { mayStartOver: true });
  expect(twice.ran).toEqual(["edit two", "bun test", "back", "edit four", "bun test"]);
  expect(mayAnswer(twice)).toEqual([true, true, true, false, true]);
});

test("a small model that is to change no file is offered none of the tools that do", async () => {
  const played = await play([writeAnswer("12")], [], { asked: "How many? Change no file." });
  const shape = JSON.stringify(played.requests[0]?.shape?.schema);
  expect(shape).toContain('"sh"');
  expect(shape).not.toContain("edit_file");
  const larger = { asked: "How many? Change no file.", calls: "template" } as const;
  const { requests } = await play(["12"], [], larger);
  expect(requests[0]?.tools.map(({ name }) => name)).toEqual(["sh", "edit_file"]);
  const other = await play([writeAnswer("Done.")], [], { asked: "Change no file but a.ts." });
  expect(JSON.stringify(other.requests[0]?.shape?.schema)).toContain("edit_file");
});

test("a larger model's change is never reverted", async () => {
  const replies = [edit("two"), writeAnswer("Done.")];
  const played = await play(replies, [false], { mayStartOver: true, calls: "template" });
  expect(played.ran).not.toContain("back");
});

test("a model that saw the test fail and answers is told so, at most twice", async () => {
  const answers = Array.from({ length: 4 }, () => writeAnswer("Done."));
  const played = await play([edit("two"), run("bun test"), ...answers], [false]);
  expect(played.ran).toEqual(["edit two", "bun test"]);
  expect(mayAnswer(played)).toEqual([true, true, true, false, false]);
  expect(played.requests[3]?.messages.at(-1)?.content).toContain("still fails");
});

test("an answer without a change, and a larger model's, is not tested", async () => {
  expect((await play([writeAnswer("It is 4.")], [])).ran).toEqual([]);
  expect((await play([run("bun test"), writeAnswer("It fails.")], [false])).ran).toEqual([
    "bun test",
  ]);
  const call = `<tool_call>\n{"name": "edit_file", "arguments": {"path": "a", "search": "b", "replace": "c"}}\n</tool_call>`;
  expect((await play([call, "Done."], [], { calls: "text" })).ran).toEqual(["edit c"]);
});

test("a model that looks around and changes nothing is asked for the change", async () => {
  const replies = [run("ls"), writeAnswer("It is wrong."), edit("two"), writeAnswer("Done.")];
  const played = await play(replies, [], { asked: "Fix the total." });
  expect(played.ran).toEqual(["ls", "edit two", "bun test"]);
  expect(mayAnswer(played)).toEqual([true, true, false, true]);
});

test("a test that may not run here ends the turn as it was", async () => {
  const played = await play([edit("two"), writeAnswer("Done.")], [false], { isRefused: true });
  expect(played.ran).toEqual(["edit two", "bun test"]);
  expect(played.requests).toHaveLength(2);
  expect(endOf(played)).toMatchObject({ reason: "complete" });
});

test("a file that the line names and that did not change is named once, before the answer", async () => {
  const replies = [edit("two"), writeAnswer("Done."), edit("three"), writeAnswer("Done.")];
  const asked = "Count to two. Bring the README in line.";
  const opened = "(the file README.md)\n```md\nIt counts to one.\n```";
  const { ran, requests, events } = await play(replies, [], { asked, opened });
  expect(ran).toEqual(["edit two", "edit three", "bun test"]);
  const third = JSON.stringify(requests[2]?.messages);
  expect(third).toContain("README.md did not change yet, and the task asks for it.");
  expect(JSON.stringify(requests[2]?.shape)).not.toContain('"answer"');
  expect(requests).toHaveLength(4);
  expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "complete" });
  const other = await play(replies, [], { asked: "Count to two.", opened });
  expect(other.ran).toEqual(["edit two", "bun test"]);
});

test("a value that the line asks for and that a written file lacks is named once, before the answer", async () => {
  const replies = [edit("two"), writeAnswer("Done."), edit("wait = 9"), writeAnswer("Done.")];
  const asked = "Count to two, and wait 9 instead of 4.";
  const opened = "(the file a.ts)\n```ts\nwait = 4\n```";
  const { ran, requests } = await play(replies, [], { asked, opened });
  expect(ran).toEqual(["edit two", "edit wait = 9", "bun test"]);
  const third = JSON.stringify(requests[2]?.messages);
  expect(third).toContain("a.ts has no 9 in place of 4: the task asks for it.");
  const never = [edit("two"), ...["Done.", "Done."].map(writeAnswer)];
  expect((await play(never, [], { asked, opened })).requests).toHaveLength(3);
});

test("a file that the line says to leave alone is not written", async () => {
  const replies = [edit("two"), writeAnswer("Done.")];
  const { ran, events } = await play(replies, [], { asked: "Test it, and leave a.ts alone." });
  expect(ran).toEqual([]);
  const results = events.flatMap((event) => (event.type === "tool-result" ? [event.output] : []));
  expect(results).toEqual([
    "Not run: the task says to leave a.ts alone. Change another file, or answer.",
  ]);
});
