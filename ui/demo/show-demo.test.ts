import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { openTalkingRoom } from "#test/talking-room.ts";
import { desktopOf } from "../desktop.ts";
import { AT_ONCE } from "./pace.ts";
import type { Scene } from "./scenes.ts";
import { showDemo } from "./show-demo.ts";

interface Shown {
  readonly text: string;
  /** Whether it came to its end, or what it threw. */
  readonly end: unknown;
}

/** Shows scenes in a room whose model repeats what is said. */
async function show(lines: readonly string[], stopAt = "never said"): Promise<Shown> {
  const { room, sources } = await openTalkingRoom();
  const stop = new AbortController();
  let text = "";
  const write = (piece: string): void => {
    text += piece;
    if (text.includes(stopAt)) stop.abort(new Error("SIGINT"));
  };
  const runCommand = async (words: readonly string[]): Promise<string> => {
    if (words.includes("cand/slow")) await never(stop.signal);
    if (words.includes("cand/none")) throw new OrgError("No such branch", NO_BRANCH);
    return `ran ${words.join(" ")}`;
  };
  const end = await showDemo({
    ...{ room, process, write, plain: true, term: undefined, colour: false },
    sources: { ...sources, runCommand },
    desktop: desktopOf({}),
    welcome: "Welcome.",
    scenes: lines.map((line): Scene => ({ note: `now ${line}`, line })),
    pace: AT_ONCE,
    candidate: async () => "cand/1",
    stop,
  }).catch((error: unknown) => error);
  return { text, end };
}

/** Rejects with the reason of the signal. */
async function never(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return await promise;
}

const NO_BRANCH = { code: "INPUT_MISSING", why: "it was removed", remedies: ["org cand"] } as const;

test("says what comes, types it, and waits for the answer", async () => {
  const { text, end } = await show(["hello", "/cand", "/gate {candidate}", "/quit"]);
  expect(end).toBe(true);
  expect(text).toMatchInlineSnapshot(`
    "Welcome.

    ▸ now hello

    ● user → agent
    hello

    ● agent · m
    You said hello.

    ▸ now /cand
    > /cand
    ran cand

    ▸ now /gate {candidate}
    > /gate cand/1
    ran fitness cand/1

    ▸ now /quit
    > /quit
    "
  `);
});

test.each([
  ["an answer that fails", "fail", "agent has not answered: "],
  ["an answer that is cut", "cut", "agent has not answered: "],
  ["a command that fails", "/gate cand/none", "No such branch: it was removed"],
])("%s ends it: nothing more is typed", async (_name, line, why) => {
  const { text, end } = await show([line, "hello"]);
  expect(end).toMatchObject({ code: "DEMO_FAILED", why: expect.stringContaining(why) });
  expect(text).not.toContain("now hello");
});

test("who failed knows what to do", async () => {
  const { end } = await show(["/gate cand/none"]);
  expect(end).toMatchObject({ remedies: ["org cand"], unchanged: expect.stringContaining("home") });
});

test("the room is left with the last line, and that is the end and no stop", async () => {
  expect(await show(["/quit"], "> /quit")).toMatchObject({ end: true });
});

test("a stop from outside is not a failure", async () => {
  const { text, end } = await show(["hello", "one", "two"], "You said one.");
  expect(end).toBe(false);
  expect(text).not.toContain("now two");
});

test("nor is one in the middle of a command, which is ended with it", async () => {
  const { text, end } = await show(["/gate cand/slow", "two"], "> /gate cand/slow");
  expect(end).toBe(false);
  expect(text).not.toContain("bug of its own");
  expect(text).not.toContain("now two");
});
