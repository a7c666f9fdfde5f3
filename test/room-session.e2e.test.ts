/** A whole session on a terminal: the program, a server that streams, and a user who types meanwhile. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type TestHome, testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { Pty } from "./pty.ts";
import { sleeper } from "./sandboxed.ts";
import { call, type Gate, gate, hang, say, several } from "./scripted-answers.ts";
import {
  type RecordedRequest,
  type Script,
  type ScriptedServer,
  scriptedServer,
} from "./scripted-server.ts";
import { PROMPT } from "./tmux-room.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_R = "\u0012";
const ESC = "\u001b";
/** What belongs to a screen that is drawn; a terminal that is not raw ends its lines with "\\r\\n". */
const NOT_PLAIN = /[\p{Cc}--[\r\n]]|[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]|\r(?!\n)/v;
const COLOUR = new RegExp(`${ESC}\\[(?!0m)[\\d;]*m`);
const PERSONAS = ["agent", "python", "toolsmith"] as const;

let home: TestHome;
/** What ends with the test, the last one first. */
let resources: AsyncDisposableStack;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  home = resources.use(await testHome());
});
afterEach(async () => await resources[Symbol.asyncDispose]());

interface Opened {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What shows that a line can be typed. */
  readonly prompt?: string;
}

async function open(
  script: Script,
  how: Opened = {},
): Promise<{ terminal: Pty; model: ScriptedServer }> {
  const model = resources.use(scriptedServer(script));
  const { args = [], environment = {}, prompt = PROMPT } = how;
  const own = { HOME: home.path, ORG_HOME: home.path, OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" };
  const terminal = new Pty([process.execPath, PROGRAM, ...args], {
    columns: 80,
    cwd: home.path,
    environment: { ...own, LANG: "C.UTF-8", ...environment },
  });
  resources.defer(async () => await terminal.end());
  await terminal.shows(prompt);
  return { terminal, model };
}

/** Which persona a request speaks for: its system prompt says so. */
const speakerOf = ({ body }: RecordedRequest): string =>
  /You are (\w+)/.exec(body.messages[0]?.content ?? "")?.[1] ?? "";

describe("three personas at once", () => {
  test("every word of theirs is there once, under one name each, and what is typed stays whole", async () => {
    const words = (who: string, from: number) =>
      Array.from({ length: 25 }, (_, index) => `${who}-${from + index} `).join("");
    const gates = new Map<string, Gate>(PERSONAS.map((who) => [who, gate()]));
    const { terminal, model } = await open(
      (request) => {
        const who = speakerOf(request);
        const middle = gates.get(who) ?? gate();
        return several(say(words(who, 0)), middle, say(words(who, 25)));
      },
      { environment: { ORG_PARALLEL: "3" } },
    );
    terminal.type("@@group tell me\r");
    await Promise.all([...gates.values()].map(({ reached }) => reached));
    const typed = "안녕 漢字 🙂 next";
    for (const key of typed) {
      terminal.type(key);
      gates.get(PERSONAS[typed.indexOf(key) % 3] ?? "")?.open();
    }
    for (const middle of gates.values()) middle.open();
    await terminal.shows((text) => PERSONAS.every((who) => text.includes(`${who}-49`)));
    await Promise.all(model.requests.map(({ over }) => over));
    await terminal.shows((text) => PERSONAS.every((who) => text.includes(`● ${who} · m\n`)));
    // The next line would go to the persona that spoke last.
    await terminal.shows(
      () => /^\[group → \w+\] > (.*)$/.exec(terminal.beforeCursor)?.[1] === typed,
    );
    const spoken = [...terminal.text.matchAll(/(agent|python|toolsmith)-\d+/g)];
    const order = [...new Set(spoken.map(([, who]) => who))];
    expect(order.toSorted()).toEqual([...PERSONAS]);
    const all = order.flatMap((who) => Array.from({ length: 50 }, (_, index) => `${who}-${index}`));
    expect(spoken.map(([marker]) => marker)).toEqual(all);
    for (const who of PERSONAS) expect(terminal.text.split(`● ${who} · m`)).toHaveLength(2);
  });
});

describe("stopping", () => {
  test("Esc closes the connection to the server, and the turn says so", async () => {
    const { terminal, model } = await open(() => several(say("Half an answer"), hang()));
    terminal.type("hello\r");
    await terminal.shows("Half an");
    terminal.type(ESC);
    await model.requests[0]?.closed;
    await terminal.shows("— agent was stopped");
  });

  test("Esc ends the processes of a tool", async () => {
    const program = sleeper();
    const { terminal } = await open(() => call("sh", { cmd: `${program.cmd} & wait` }));
    terminal.type("hello\r");
    await program.started();
    terminal.type(ESC);
    await program.gone();
    await terminal.shows("— agent was stopped");
  });

  test("Ctrl-C clears the line, then stops the turn, then asks, then leaves", async () => {
    const { terminal, model } = await open(() => several(say("Half an answer"), hang()));
    terminal.type("hello\r");
    await terminal.shows("Half an");
    terminal.type("draft");
    await terminal.shows(`${PROMPT} draft`);
    terminal.type(CTRL_C);
    await terminal.shows((text) => text.trimEnd().endsWith(PROMPT));
    const closed = await Promise.race([model.requests[0]?.closed.then(() => true), false]);
    expect([closed, terminal.text.includes("was stopped")]).toEqual([false, false]);
    terminal.type(CTRL_C);
    await model.requests[0]?.closed;
    await terminal.shows("— agent was stopped");
    terminal.type(CTRL_C);
    await terminal.shows("Press Ctrl-C again to leave.");
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(130);
    await terminal.isRestored();
  });
});

test("an unknown slash command reaches no model, and the nearest one is offered", async () => {
  const { terminal, model } = await open([]);
  terminal.type("/hlep me\r");
  await terminal.shows("→ /help");
  await terminal.shows("Nothing was sent.");
  // The command is not in the way of the next one.
  terminal.type("/status\r");
  await terminal.shows("now       idle");
  terminal.type("/model stranger:7b\r");
  await terminal.shows('has no model "stranger:7b"');
  terminal.type("/jobs\r");
  await terminal.shows("No job was ever submitted in this home");
  expect(model.requests).toEqual([]);
});

test("Ctrl-R finds what was said in an earlier session", async () => {
  const { terminal } = await open(() => say("Aye."));
  terminal.type("remember the milk\r");
  await terminal.shows("Aye.");
  terminal.type(CTRL_D);
  expect(await terminal.ended).toBe(0);
  const again = await open(() => say("Again."), { args: ["--resume"] });
  again.terminal.type(`${CTRL_R}milk`);
  await again.terminal.shows(`${PROMPT} remember the milk`);
  again.terminal.type("\r");
  await again.terminal.shows("Again.");
});

describe("a terminal that asks for less", () => {
  test.each([
    ["--plain", { args: ["--plain"] }],
    ["TERM=dumb", { environment: { TERM: "dumb" } }],
    ["ACCESSIBLE=1", { environment: { ACCESSIBLE: "1" } }],
  ])("%s only appends: no sequence, no spinner, nothing written over", async (_name, how) => {
    const { terminal } = await open(() => say("A plain answer."), how);
    terminal.type("hello\r");
    await terminal.shows("A plain answer.");
    await terminal.shows((text) => text.trimEnd().endsWith(PROMPT));
    terminal.type(CTRL_D);
    expect(await terminal.ended).toBe(0);
    expect(terminal.written).not.toMatch(NOT_PLAIN);
    await terminal.isRestored();
  });

  test("NO_COLOR takes the colours and leaves the rest", async () => {
    const { terminal } = await open(() => say("An answer.\n\n- **bold**"), {
      environment: { NO_COLOR: "1" },
    });
    terminal.type("hello\r");
    await terminal.shows("An answer.");
    terminal.type(CTRL_D);
    expect(await terminal.ended).toBe(0);
    expect(terminal.written.match(COLOUR)).toBeNull();
    expect(terminal.written).toContain("\u001b[?2026h");
  });
});
