/**
 * What a person reads, and a script gets as exit code, when a server misbehaves or a rule of the room applies: every
 * statement is a row, and every row runs the real program against real HTTP.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { environmentOf, type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { Pty } from "./pty.ts";
import { type Answer, say } from "./scripted-answers.ts";
import { done, said, scriptedOllama } from "./scripted-ollama.ts";
import { lines, type Pieces } from "./scripted-pieces.ts";
import { type Script, scriptedServer } from "./scripted-server.ts";
import { ENDINGS } from "./situations/endings.ts";
import { ON_OLLAMA } from "./situations/ollama.ts";
import { REFUSALS, WINDOWS } from "./situations/refusals.ts";
import { ADDRESSING, FILES, LIMITS } from "./situations/room-rules.ts";
import type { OllamaSituation, Situation } from "./situations/situation.ts";

const INSTALLED = ["qwen3:8b", "llama3.2:latest"];

describe.each([
  { about: "a server that refuses", rows: REFUSALS },
  { about: "an answer that does not end well", rows: ENDINGS },
  { about: "the window", rows: WINDOWS },
  { about: "who is spoken to", rows: ADDRESSING },
  { about: "a file that is named", rows: FILES },
  { about: "what goes on for ever", rows: LIMITS },
])("$about", ({ rows }) => {
  test.each(rows)("$name", async (situation) => {
    await using server = scriptedServer(scriptOf(situation), { models: INSTALLED });
    await using home = await testHome();
    check(await play(situation, home, server.url), situation, server.url);
    expect(server.requests).toHaveLength(situation.asked ?? 1);
    situation.sent?.(server.requests);
  });
});

describe("on a terminal", () => {
  test("a server that is down: what, why and what to do; the room opens, and /retry asks again", async () => {
    const url = await freeAddress();
    await using home = await testHome();
    const pty = open(home, url);
    await pty.shows("The room is open all the same; /retry asks again.");
    for (const part of [
      `The server ${url} does not answer`,
      "nothing listens at that address (ECONNREFUSED)",
      "→ ollama serve",
      "[group → agent] >",
    ]) {
      expect(pty.text).toContain(part);
    }
    pty.type("hi\r");
    await pty.shows("— agent failed: The server");
    await using server = scriptedServer([say("Here I am.")], { port: Number(new URL(url).port) });
    pty.type("/retry\r");
    await pty.shows("\nHere I am.");
    expect(server.requests).toHaveLength(1);
    pty.type(CTRL_D);
    expect(await pty.ended).toBe(0);
  });

  test("the status says who does what, how full the window is, and what is left of the budget", async () => {
    const half = { ...lines(...["One ", "two ", "three "].map((text) => said(text))), end: "hang" };
    await using server = scriptedOllama({
      models: [{ name: "m", contextTokens: 16_384, capabilities: ["tools"] }],
      chat: [{ pieces: [], end: "hang" }, half as Pieces, lines(said("Done."), done("stop"))],
    });
    await using home = await testHome();
    const config = "[budget.day]\ntokens = 10_000\n";
    await Bun.write(`${home.path}/org.config`, config);
    const pty = open(home, server.url, { ORG_WIRE: "ollama" });
    await pty.shows("[group → agent] >");
    pty.type("@@agent @@python begin\r");
    await pty.shows("agent loading 0 s");
    pty.type(ESC);
    await pty.shows("— agent was stopped");
    pty.type("@@group go on\r");
    await pty.shows(" generating 0 s");
    await pty.shows(" queued behind ");
    await pty.shows(" tok/s · group · m · window 16.4k");
    pty.type(ESC);
    await pty.shows((text) => text.split("was stopped").length > 3);
    pty.type("@@agent finish\r");
    await pty.shows("Done.");
    await pty.shows("group · m · 10 of 16.4k (0 %) · budget of this day ");
    pty.type(CTRL_D);
    expect(await pty.ended).toBe(0);
  });
});

const CTRL_D = "\u0004";
const ESC = "\u001b";

const opened: Pty[] = [];
afterEach(async () => {
  for (const pty of opened.splice(0)) await pty.end();
});

/** The room of a home on a terminal. */
function open(home: TestHome, url: string, more: Readonly<Record<string, string>> = {}): Pty {
  const environment = environmentOf(home.path, { url, environment: more });
  const pty = new Pty([process.execPath, PROGRAM], { cwd: home.path, environment, columns: 100 });
  opened.push(pty);
  return pty;
}

/** An address at which nothing listens. */
async function freeAddress(): Promise<string> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const url = `http://127.0.0.1:${server.port}`;
  await server.stop(true);
  return url;
}

describe("an Ollama by its own interface", () => {
  test.each(ON_OLLAMA)("$name", async (situation) => {
    await using server = scriptedOllama(situation.server);
    await using home = await testHome();
    const environment = { ORG_WIRE: "ollama" };
    check(await play({ ...situation, environment }, home, server.url), situation, server.url);
    const told = ["/api/show", "/api/ps", "/api/tags"];
    expect(server.paths.filter((path) => !told.includes(path))).toEqual([...situation.paths]);
    situation.sent?.(server.chats.at(-1)?.body);
  });
});

function scriptOf({ answers }: Situation): Script {
  return isAnswer(answers) ? () => answers : answers;
}

function isAnswer(answers: Situation["answers"]): answers is Answer {
  return typeof answers === "object" && "steps" in answers;
}

type Played = Pick<Situation, "args" | "room" | "files" | "environment">;

async function play(played: Played, home: TestHome, url: string): Promise<OrgRan> {
  const { args = ["ask", "hi"], room, files = {}, environment = {} } = played;
  for (const [name, text] of Object.entries(files)) {
    const path = join(home.path, name);
    await mkdir(dirname(path), { recursive: true });
    await Bun.write(path, text);
  }
  const stdin = room?.map((line) => `${line}\n`).join("");
  const options = { url, environment, ...(stdin === undefined ? {} : { stdin }) };
  return await home.run(room === undefined ? args : ["chat", "--plain"], options);
}

function check(ran: OrgRan, expected: Situation | OllamaSituation, url: string): void {
  const { stdout = "", stderr, exitCode = 0 } = expected;
  expect(ran.stderr.trimEnd().split("\n")).toEqual([...(stderr?.(url) ?? [""])]);
  if (typeof stdout === "object") inOrder(ran.stdout, stdout);
  else expect(ran.stdout).toBe(stdout);
  expect(ran.exitCode).toBe(exitCode);
}

/** Whether these parts stand in a text one behind the other. */
function inOrder(text: string, parts: readonly string[]): void {
  let at = 0;
  for (const part of parts) {
    expect(text.slice(at)).toContain(part);
    at = text.indexOf(part, at) + part.length;
  }
}
