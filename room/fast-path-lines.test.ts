/** The lines of `test/fixtures/rules`: what was taught, and lines that were kept apart, most of them traps. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { RoomEvent } from "#core/events.ts";
import { isFields } from "#core/json.ts";
import { DEFAULT_POLICY, type Policy } from "#core/policy/policy.ts";
import { processorMs } from "#test/processor-time.ts";
import { echoTool } from "#test/room-fixture.ts";
import { firedIn, LOOKERS, makeLive, type RulesRoom, rulesRoom } from "#test/rules/rules-home.ts";
import { type Answer, call, say } from "#test/scripted-answers.ts";

/** Hundreds of lines, each a turn in a real room. */
interface KnownLine {
  readonly text: string;
  /** The tool that it means; `null`: no rule may answer it. */
  readonly intent: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  /** Where it is said, if not in a group to the agent. */
  readonly where: string | undefined;
}

async function linesOf(name: string): Promise<readonly KnownLine[]> {
  const text = await Bun.file(join(import.meta.dir, "../test/fixtures/rules", name)).text();
  return text
    .trim()
    .split("\n")
    .map((row) => {
      const line: unknown = JSON.parse(row);
      if (!isFields(line)) throw new Error("A line that is none");
      const { text: said, intent, args, where } = line;
      return {
        text: String(said),
        intent: typeof intent === "string" ? intent : null,
        args: isFields(args) ? args : {},
        where: typeof where === "string" ? where : undefined,
      };
    });
}

/** A room whose model does with each line what it means, and whose rules have all that was taught behind them. */
async function taughtRoom(tools: Policy["tools"] = {}): Promise<RulesRoom> {
  const taught = await linesOf("taught.jsonl");
  const meant = new Map(taught.map((line) => [line.text, line]));
  const doing = (text: string): Answer => {
    const line = meant.get(text);
    if (text === "clean up") return call("sh", { cmd: "rm old" });
    if (text === "what do you want") return say("Which of them?");
    return line?.intent == null ? say("Ok.") : call(line.intent, line.args);
  };
  const policy = { ...DEFAULT_POLICY, tools };
  const own = await rulesRoom(doing, {
    permissions: { policy, resolveProgram: () => undefined },
    tools: [...LOOKERS, echoTool],
  });
  for (const { text } of taught) await own.say(text);
  await makeLive(own);
  return own;
}

/** Brings the room to where a line is said, and back. */
const PLACES: Readonly<Record<string, (own: RulesRoom) => Promise<unknown>>> = {
  "another persona is addressed": (own) => own.room.setMode("direct:python", "user"),
  "the mode is a file": (own) => own.room.setMode("file:x.md", "user"),
  "a question is open": (own) => own.say("what do you want"),
};

/** Whether a call is what a line means; case and "the" make no other wish. */
function isMeant(fired: ReturnType<typeof firedIn>, { intent, args }: KnownLine): boolean {
  const plain = (value: unknown) => JSON.stringify(value).toLowerCase().replaceAll("the ", "");
  return fired !== undefined && fired.tool === intent && plain(fired.args) === plain(args);
}

test("of the lines that were kept apart none is answered wrongly, and at least 0.6 of those that could be are", async () => {
  await using own = await taughtRoom();
  const lines = (await linesOf("held-out.jsonl")).filter(
    ({ where }) => where !== "an approval is open",
  );
  const wrong: unknown[] = [];
  const missed: string[] = [];
  for (const line of lines) {
    const fired = await sayThere(own, line);
    if (fired !== undefined && !isMeant(fired, line)) wrong.push({ line: line.text, fired });
    if (fired === undefined && line.intent !== null) missed.push(line.text);
  }
  const possible = lines.filter(({ intent }) => intent !== null).length;
  expect(lines.length - possible).toBeGreaterThan(2 * possible);
  expect(wrong).toEqual([]);
  const coverage = 1 - missed.length / possible;
  expect(coverage).toBeGreaterThanOrEqual(0.6);
});

/** Says a line where it is to be said, and goes on so that the next one is judged by itself. */
async function sayThere(
  own: RulesRoom,
  { text, where }: KnownLine,
): Promise<ReturnType<typeof firedIn>> {
  if (where !== undefined) await PLACES[where]?.(own);
  const fired = firedIn(await own.say(text));
  // Lines in between: the same wish twice would be a complaint.
  for (const other of fired === undefined ? [] : ["fine", "good"]) await own.say(other);
  if (where === undefined) return fired;
  await own.room.setMode("group", "user");
  await own.say("@@agent fine");
  return fired;
}

test("a line that is said while a call waits for an approval is answered by a model", async () => {
  await using own = await taughtRoom({ sh: "supervised" });
  using _interactive = own.room.approvals.setInteractive();
  const asked = Promise.withResolvers<string>();
  using _heard = own.room.listen((event) => {
    if (event.type === "approval" && event.state === "asked") asked.resolve(event.id);
  });
  const { done } = await own.room.say("clean up");
  const id = await asked.promise;
  const events: RoomEvent[] = [];
  const listener = (event: RoomEvent) => void events.push(event);
  const waiting = await Promise.all(
    (await linesOf("held-out.jsonl"))
      .filter(({ where }) => where === "an approval is open")
      .map(({ text }) => own.room.say(text, { listener })),
  );
  own.room.approvals.answer(id, false);
  await done;
  await Promise.all(waiting.map((line) => line.done));
  expect(waiting).toHaveLength(4);
  expect(firedIn(events)).toBeUndefined();
  expect(firedIn(await own.say("status"))).toBeDefined();
});

const FILLERS = [
  "deploy",
  "opening hours",
  "port 5432",
  "release",
  "may",
  "Anna",
  "x-ray plan",
  "size of boxes",
];
const HEADS = [
  ["search memory for", "memory_search"],
  ["what do you remember about", "memory_search"],
  ["look in memory for", "memory_search"],
  ["memory:", "memory_search"],
  ["what do you know about", "memory_search"],
] as const;
const FRAMES: readonly ((wish: string) => string)[] = [
  (wish) => wish,
  (wish) => `${wish}.`,
  (wish) => `Please ${wish}`,
  (wish) => `${wish} please`,
  (wish) => `could you ${wish}?`,
  (wish) => wish.toUpperCase(),
  (wish) => `  ${wish}  `,
  (wish) => `can you please ${wish}?`,
  (wish) => wish.replace(" for ", " for the ").replace(" about ", " about the "),
];

test("of at least 300 firings of generated lines 99 % are what the line means", async () => {
  await using own = await taughtRoom();
  let [fired, right] = [0, 0];
  for (const frame of FRAMES) {
    for (const filler of FILLERS) {
      for (const [head, tool] of HEADS) {
        const answer = firedIn(await own.say(frame(`${head} ${filler}`)));
        if (answer === undefined) continue;
        fired += 1;
        const args = JSON.stringify(answer.args).toLowerCase();
        const isRight =
          answer.tool === tool && args === JSON.stringify({ query: filler.toLowerCase() });
        right += isRight ? 1 : 0;
      }
    }
  }
  expect(fired).toBeGreaterThanOrEqual(300);
  expect(right / fired).toBeGreaterThanOrEqual(0.99);
});

test("a line that a rule answers takes at most 20 ms of processor time, and no request", async () => {
  await using own = await taughtRoom();
  const wishes = Array.from({ length: 38 }, (_, n) => `search memory for box ${n}`);
  // Compilation is not what is measured.
  for (const wish of wishes.slice(0, 19)) await own.say(wish);
  await own.say("search memory for the control");
  const asked = own.requests.length;
  const taken = await processorMs(async () => {
    for (const wish of wishes.slice(19)) await own.say(wish);
  });
  expect(own.requests).toHaveLength(asked);
  expect(taken / wishes.slice(19).length).toBeLessThan(20);
});
