/** What a person reads, and a script gets as exit code, when the model server misbehaves. */
import { describe, expect, test } from "bun:test";
import type { TurnEnd } from "#core/events.ts";
import { eventsOf, type JsonLine, testHome } from "./org-process.ts";
import {
  type Answer,
  breakOff,
  cut,
  finish,
  gate,
  hang,
  raw,
  respond,
  say,
  several,
} from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const isEnd = (line: JsonLine): line is TurnEnd => line.type === "turn-end";

interface Row {
  readonly name: string;
  /** The same to every request. */
  readonly answer: Answer;
  readonly stdout?: string;
  readonly stderr: (url: string) => readonly string[];
  readonly exitCode: number;
  /** How often the server is asked; default: once. */
  readonly tries?: number;
}

const wire = (value: unknown): Answer => raw(`data: ${JSON.stringify(value)}\n\n`);
const refused = (status: number, message: string, headers = {}): Answer =>
  respond(status, { error: { message } }, headers);

const ROWS: readonly Row[] = [
  {
    name: "a model that is missing is named, with what is installed",
    answer: refused(404, 'model "m" not found, try pulling it first'),
    stderr: (url) => [
      `agent stopped (error): The server ${url} has no model "m" [MODEL_MISSING]`,
      'model "m" not found, try pulling it first; it has qwen3:8b, llama3.2:latest',
      "→ org models pull m",
      "→ export OLLAMA_MODEL=qwen3:8b",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a stream without an end marker: the part is kept, marked, and no success",
    answer: several(say("Half an answer"), cut()),
    stdout: "Half an answer\n",
    stderr: () => ["agent stopped (cut): the stream ended without an end marker"],
    exitCode: 1,
  },
  {
    name: "an error object in the middle of a stream",
    answer: several(say("Half an"), wire({ error: { message: "CUDA out of memory" } }), cut()),
    stdout: "Half an\n",
    stderr: (url) => [
      `agent stopped (cut): The server ${url} failed while it answered [STREAM_ERROR]`,
      "CUDA out of memory",
      "→ /retry",
      "→ look at the server's log",
      "What was said before is kept.",
    ],
    exitCode: 1,
  },
  {
    name: "an error under HTTP 200",
    answer: refused(200, "the model runner has crashed"),
    stderr: (url) => [
      `agent stopped (error): The server ${url} failed while it answered [STREAM_ERROR]`,
      "the model runner has crashed",
      "→ /retry",
      "→ look at the server's log",
      "What was said before is kept.",
    ],
    exitCode: 1,
  },
  {
    name: "a server that stays busy is asked three times, then it is said",
    answer: refused(429, "slow down", { "retry-after": "0" }),
    tries: 3,
    stderr: (url) => [
      "The server stayed busy for 3 tries.",
      `agent stopped (error): The server ${url} is busy [PROVIDER_BUSY]`,
      "it answered with status 429: slow down; it asks to wait 0 s",
      "→ /retry",
      "→ use another server: export OLLAMA_BASE=http://HOST:PORT",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a server that asks to wait for an hour is not waited for",
    answer: refused(503, "maintenance", { "retry-after": "3600" }),
    stderr: (url) => [
      `agent stopped (error): The server ${url} is busy [PROVIDER_BUSY]`,
      "it answered with status 503: maintenance; it asks to wait 3600 s",
      "→ /retry",
      "→ use another server: export OLLAMA_BASE=http://HOST:PORT",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a malformed line is skipped and said; the answer stands",
    answer: several(say("One"), raw("data: {no json\n\n"), say(" two.")),
    stdout: "One two.\n",
    stderr: () => ["skipped malformed events: 1"],
    exitCode: 0,
  },
  {
    name: "an answer that met the model's limit says so",
    answer: several(say("So far"), finish("length")),
    stdout: "So far\n",
    stderr: () => ["agent stopped (length): the model's limit for one answer"],
    exitCode: 1,
  },
  {
    name: "an empty answer is asked for once more, then it is said",
    answer: say(""),
    tries: 2,
    stderr: () => [
      "The model answered nothing; it is asked once more.",
      "The model answered nothing; no second try is left.",
      "agent stopped (error): the model answered nothing",
    ],
    exitCode: 1,
  },
  {
    name: "a prompt over the window: a shorter one is tried once, then it is said who, and how many tokens of how many",
    answer: refused(
      400,
      "This model's maximum context length is 4096 tokens. However, your messages resulted in 5120 tokens.",
    ),
    tries: 2,
    stderr: () => [
      "The prompt does not fit: 5,120 tokens were sent, the window holds 4,096 tokens; a shorter one is tried once.",
      'agent stopped (error): The prompt does not fit into the window of "m" [CONTEXT_OVERFLOW]',
      "5,120 tokens were sent, the window holds 4,096 tokens",
      "→ /compact",
      "→ choose a model with a larger window, or give this one more",
      "Nothing was changed.",
    ],
    exitCode: 1,
  },
  {
    name: "a key that is refused",
    answer: refused(401, "Incorrect API key provided"),
    stderr: (url) => [
      `agent stopped (error): The server ${url} refused the request with status 401 [PROVIDER_REFUSED]`,
      "Incorrect API key provided",
      "→ check the API key for this server",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a web page instead of an answer",
    answer: respond(200, "<html>Welcome</html>", { "content-type": "text/html" }),
    stderr: () => [
      "agent stopped (error): The server answered with something that is no answer [STREAM_ERROR]",
      "it is a web page; the address may lack a path, or a login stands in front",
      "→ check that the address is that of an OpenAI-compatible server",
      "Nothing was said.",
    ],
    exitCode: 1,
  },
  {
    name: "a server's words cannot drive the terminal",
    answer: refused(500, "\u001b]0;owned\u0007\u001b[31mred\u009b2Jwiped"),
    stderr: (url) => [
      `agent stopped (error): The server ${url} refused the request with status 500 [PROVIDER_REFUSED]`,
      "redwiped",
      "→ look at the server's log",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
];

describe("a server that misbehaves", () => {
  test.each(ROWS)("$name", async ({ answer, stdout = "", stderr, exitCode, tries = 1 }) => {
    const models = ["qwen3:8b", "llama3.2:latest"];
    await using server = scriptedServer(() => answer, { models });
    await using home = await testHome();
    const ran = await home.run(["ask", "hi"], { url: server.url });
    expect(ran.stderr.trimEnd().split("\n")).toEqual([...stderr(server.url)]);
    expect(ran).toMatchObject({ stdout, exitCode });
    expect(server.requests).toHaveLength(tries);
  });

  test("that is down: said within 3 s, with what, why and what to do", async () => {
    const url = await freeAddress();
    await using home = await testHome();
    const start = performance.now();
    const ran = await home.run(["ask", "hi"], { url });
    expect(ran.stderr.trimEnd().split("\n")).toEqual([
      `agent stopped (error): The server ${url} does not answer [PROVIDER_UNREACHABLE]`,
      "nothing listens at that address (ECONNREFUSED)",
      "→ ollama serve",
      "→ export OLLAMA_BASE=http://HOST:PORT",
      "Nothing was sent.",
    ]);
    expect(ran).toMatchObject({ stdout: "", exitCode: 69 });
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test("that never begins to answer: time-out with its seconds, exit code 124", async () => {
    await using server = scriptedServer([several(raw(""), hang())]);
    await using home = await testHome();
    const environment = { ORG_FIRST_BYTE_MS: "150" };
    const ran = await home.run(["ask", "hi"], { url: server.url, environment });
    expect(ran.stderr).toStartWith(
      `agent stopped (error): The server ${server.url} did not begin to answer within 0.15 s [STREAM_SILENT]\n`,
    );
    expect(ran.exitCode).toBe(124);
    await server.requests[0]?.closed;
  });

  test("that falls silent: the part is kept, exit code 124", async () => {
    await using server = scriptedServer([several(say("Half"), hang())]);
    await using home = await testHome();
    const environment = { ORG_IDLE_MS: "150" };
    const ran = await home.run(["ask", "hi"], { url: server.url, environment });
    expect(ran.stdout).toBe("Half\n");
    expect(ran.stderr).toStartWith(
      `agent stopped (cut): The server ${server.url} fell silent for 0.15 s in the middle of its answer [STREAM_SILENT]\n`,
    );
    expect(ran.exitCode).toBe(124);
  });

  test("that breaks the connection: what was shown is kept and the turn is cut", async () => {
    const shown = gate();
    await using server = scriptedServer([several(say("Half"), shown, breakOff())]);
    await using home = await testHome();
    const org = home.start(["ask", "--json", "hi"], { url: server.url });
    await org.event((line) => line.type === "text-delta");
    shown.open();
    const ran = await org.ended;
    const [end] = eventsOf(ran).filter(isEnd);
    expect(end).toMatchObject({ reason: "cut", code: "STREAM_ERROR" });
    expect(ran.exitCode).toBe(1);
    expect((await home.run(["log"])).stdout).toContain("\nHalf\n\n*agent: cut, The connection to ");
  });

  test("that takes no tools is asked again without them, and embedded calls work", async () => {
    const embedded = '<tool_call>{"name": "sh", "arguments": {"cmd": "echo 42"}}</tool_call>';
    const answers = [say(embedded), say("It is 42.")];
    await using server = scriptedServer(({ body, index }) =>
      body.tools === undefined
        ? (answers[index - 1] ?? cut())
        : refused(400, "registry.example/library/m does not support tools"),
    );
    await using home = await testHome();
    const ran = await home.run(["ask", "compute"], { url: server.url });
    expect(ran).toEqual({
      stdout: "It is 42.\n",
      stderr: 'The server takes no tools for "m"; from now on its calls are read from its text.\n',
      exitCode: 0,
    });
    expect(server.requests.map(({ body }) => body.tools !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
    const prompt = server.requests[2]?.body.messages.map(({ content }) => content).join("\n");
    expect(prompt).toContain("42\n[exit code 0]");
  });

  test("that is busy once: the wait is counted down, then the answer comes", async () => {
    const busy = refused(503, "loading model", { "retry-after": "0.2" });
    await using server = scriptedServer([busy, say("Here I am.")]);
    await using home = await testHome();
    expect(await home.run(["ask", "hi"], { url: server.url })).toEqual({
      stdout: "Here I am.\n",
      stderr: "The server is busy; try 2 of 3 in 1 s.\n",
      exitCode: 0,
    });
  });
});

/** An address at which nothing listens. */
async function freeAddress(): Promise<string> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  await server.stop(true);
  return `http://127.0.0.1:${server.port}`;
}
