/** The HTTP interface of a real `org serve`: jobs, rooms, tools, OpenAI's clients and curl. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { EventSourceParserStream } from "eventsource-parser/stream";
import OpenAI from "openai";
import { runProgram } from "./checkout.ts";
import { asked } from "./generation-fixture.ts";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { call, gate, hang, say, several } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

let home: TestHome;
let model: ScriptedServer;
let server: OrgProcess;
let url = "";
/** Holds a persona that is asked to "wait". */
let held = gate();

const WEATHER = {
  type: "function",
  function: { name: "weather", description: "Tells it.", parameters: { type: "object" } },
} as const;

beforeAll(async () => {
  model = scriptedServer(({ body }) => {
    const last = String(body.messages.at(-1)?.content);
    if (last.includes("wait")) return several(say("Half"), held, say(" whole."));
    if (last.includes("for ever")) return several(say("Half"), hang());
    const isOurs = body.tools?.some(({ function: { name } }) => name === "weather") === true;
    return isOurs && body.messages.at(-1)?.role !== "tool"
      ? call("weather", { city: "Rome" })
      : say("Hello.");
  });
  home = await testHome();
  await start();
});
afterAll(async () => {
  held.open();
  await home[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

async function start(): Promise<void> {
  server = home.start(["serve", "--port", "0", "--workers", "2"], { url: model.url });
  const line = await server.stderr.line((text) => text.includes("serves on"));
  url = /http:\S+/.exec(line)?.[0] ?? "";
}

async function submit(body: Readonly<Record<string, unknown>>): Promise<string> {
  const response = await asked(`${url}/v1/jobs`, body);
  expect(response.status).toBe(202);
  return String(Object(await response.json())["id"]);
}

async function job(id: string): Promise<Record<string, unknown>> {
  return Object(await (await asked(`${url}/v1/jobs/${id}`)).json());
}

interface Seen {
  readonly id: number;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

async function* events(path: string, last = 0): AsyncGenerator<Seen, void> {
  const response = await asked(`${url}${path}`, undefined, { "last-event-id": String(last) });
  const text = response.body?.pipeThrough(new TextDecoderStream());
  for await (const { id, event = "", data } of text?.pipeThrough(new EventSourceParserStream()) ??
    []) {
    yield { id: Number(id), event, data: Object(JSON.parse(data)) };
  }
}

describe("a job", () => {
  test("is done by a persona, once, however often it is asked for", async () => {
    const before = model.requests.length;
    const wish = { message: "greet", request_id: "greeting-1" };
    expect(await submit(wish)).toBe("greeting-1");
    const seen = await Array.fromAsync(events("/v1/jobs/greeting-1/events"));
    expect(seen.map(({ event }) => event)).toEqual([
      ...["queued", "started", "note", "note", "note", "note", "done"],
    ]);
    expect(seen.every(({ data }) => data["request_id"] === "greeting-1")).toBe(true);
    expect(await (await asked(`${url}/v1/jobs`, wish)).json()).toEqual({
      id: "greeting-1",
      dup: true,
    });
    expect(model.requests).toHaveLength(before + 1);
    expect(await job("greeting-1")).toMatchObject({
      ...{ state: "done", attempts: 1, trace: seen.map(({ id }) => ({ seq: id })) },
      result: { answers: [{ persona: "agent", text: "Hello." }] },
    });
  });

  test("is heard of again from where a reader left off", async () => {
    held = gate();
    const id = await submit({ message: "wait", persona: "python" });
    const first: Seen[] = [];
    for await (const seen of events(`/v1/jobs/${id}/events`)) {
      first.push(seen);
      if (first.length === 3) break;
    }
    held.open();
    const rest = await Array.fromAsync(events(`/v1/jobs/${id}/events`, 3));
    expect([...first, ...rest].map((seen) => seen.id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(rest.at(-1)?.event).toBe("done");
  });

  test("that is cancelled stops its model at once", async () => {
    const at = model.requests.length;
    const id = await submit({ message: "for ever" });
    const request = await model.request(at);
    expect((await fetch(`${url}/v1/jobs/${id}`, { method: "DELETE" })).status).toBe(200);
    expect(await request.closed).toBeUndefined();
    expect(await job(id)).toMatchObject({ state: "cancelled" });
  });

  test("calls a tool in the sandbox, and tells of one that there is not", async () => {
    const id = await submit({ tool: "sh", args: { cmd: "echo $((6 * 7))" } });
    expect((await Array.fromAsync(events(`/v1/jobs/${id}/events`))).at(-1)?.event).toBe("done");
    expect(await job(id)).toMatchObject({ result: "42" });
    const none = await submit({ tool: "nothing" });
    await Array.fromAsync(events(`/v1/jobs/${none}/events`));
    expect(await job(none)).toMatchObject({ state: "dead", error: { code: "TOOL_UNKNOWN" } });
    const { jobs } = Object(await (await asked(`${url}/v1/jobs?state=dead`)).json());
    expect(jobs).toMatchObject([{ id: none }]);
  });

  test("that is not done when the process leaves is done by the next one; its log has its id", async () => {
    held = gate();
    await (
      await asked(`${url}/v1/jobs`, { message: "wait" }, { "x-request-id": "left-over" })
    ).json();
    await held.reached;
    server.signal("SIGTERM");
    await until("no new work to be taken", async () => {
      const ready = await asked(`${url}/ready`).catch(() => undefined);
      return ready === undefined || ready.status === 503;
    });
    expect((await server.ended).exitCode).toBe(143);
    const log = (await Bun.file(join(home.paths.logs, "current.ndjson")).text()).trimEnd();
    const lines = log.split("\n").map((line) => JSON.parse(line));
    const own = lines.filter((line) => line.request_id === "left-over");
    // The first attempt may begin before the answer to the request has.
    expect(own.map(({ msg }) => msg).sort()).toEqual([
      ...["job queued", "job released", "job started", "message", "request"],
      ...["turn began", "turn ended"],
    ]);
    const request = own.find(({ msg }) => msg === "request");
    expect(request).toMatchObject({ route: "/v1/jobs", status: 202 });
    held.open();
    await start();
    const seen = await Array.fromAsync(events("/v1/jobs/left-over/events"));
    expect(seen.map(({ event }) => event)).toContain("done");
  });
});

test("a room is spoken in, followed and read; a tool found and called", async () => {
  const spoken = await asked(`${url}/v1/messages`, { text: "hi" }, { "x-request-id": "talk-1" });
  expect(spoken.headers.get("x-request-id")).toBe("talk-1");
  expect(await spoken.text()).toContain("event: turn-end");
  const { rooms } = Object(await (await asked(`${url}/v1/rooms`)).json());
  const id = String(rooms[0].id);
  for await (const { id: number, event } of events(`/v1/rooms/${id}/events`, 1)) {
    expect([number, event]).toEqual([2, "turn-start"]);
    break;
  }
  expect(await (await asked(`${url}/v1/rooms/${id}/transcript`)).text()).toContain("Hello.");
  const { tools } = Object(await (await asked(`${url}/v1/tools/search?q=run+a+command`)).json());
  expect(tools.map((tool: { readonly name: string }) => tool.name)).toContain("sh");
  const called = (args: object) => asked(`${url}/v1/tools/sh/call`, { args });
  expect(await (await called({ cmd: "echo hi" })).json()).toEqual({ ok: true, value: "hi" });
  expect((await called({ command: "echo hi" })).status).toBe(400);
  const none = await (await asked(`${url}/v1/candidates`)).json();
  expect(none).toEqual({ candidates: [] });
});

describe("OpenAI's own client, unchanged,", () => {
  const client = () => new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });

  test("talks with a persona, the room, and about its own tools", async () => {
    const models = (await client().models.list()).data.map(({ id }) => id);
    expect(models).toEqual(["room", "persona:agent", "persona:python", "persona:toolsmith"]);
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "hi" }];
    const { choices, usage } = await client().chat.completions.create({
      model: "persona:python",
      messages,
    });
    expect([choices[0]?.message.content, usage?.total_tokens]).toEqual([
      "Hello.",
      expect.any(Number),
    ]);
    const stream = client().chat.completions.stream({
      ...{ model: "room", messages: [{ role: "user", content: "@@group hi" }] },
    });
    const whole = (await stream.finalChatCompletion()).choices[0]?.message.content;
    // In the order in which they began.
    const voices = ["**agent:** Hello.", "**python:** Hello.", "**toolsmith:** Hello."];
    expect(whole?.split("\n\n").toSorted()).toEqual(voices);
    const request = { model: "persona:agent", tools: [WEATHER] };
    const first = await client().chat.completions.create({ ...request, messages });
    const asking = first.choices[0]?.message;
    const id = asking?.tool_calls?.[0]?.id ?? "";
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    if (asking === undefined) throw new Error("There was no choice");
    const result = { role: "tool", tool_call_id: id, content: "sunny" } as const;
    const second = await client().chat.completions.create({
      ...{ ...request, messages: [...messages, asking, result] },
    });
    expect(second.choices[0]?.message.content).toBe("Hello.");
  });

  test("stops the answer when it leaves, and reads our errors", async () => {
    const at = model.requests.length;
    const messages = [{ role: "user", content: "for ever" }] as const;
    const request = { model: "persona:agent", messages: [...messages] };
    for await (const { choices } of await client().chat.completions.create({
      ...request,
      stream: true,
    })) {
      if (choices[0]?.delta.content === "Half") break;
    }
    expect(await model.requests[at]?.closed).toBeUndefined();
    const failed = await client()
      .chat.completions.create({ ...request, model: "persona:stranger" })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OpenAI.NotFoundError);
  });
});

test("a port that others reach is not opened before there is a token, and then asks for it", async () => {
  await using other = await testHome();
  const words = ["serve", "--port", "0", "--host", "0.0.0.0"];
  const refused = await other.run(words, { url: model.url });
  expect([refused.exitCode, refused.stderr]).toEqual([
    77,
    expect.stringContaining("TOKEN_MISSING"),
  ]);
  expect(refused.stderr).toContain("→ org token create");
  const named = await other.run([...words.slice(0, -1), "example.com"], { url: model.url });
  expect([named.exitCode, named.stderr]).toEqual([
    64,
    expect.stringContaining("is not an address"),
  ]);
  const { stdout } = await other.run(["token", "create", "--name", "ci", "--scope", "read"]);
  const process = other.start(words, { url: model.url });
  const line = await process.stderr.line((text) => text.includes("serves on"));
  await process.stderr.line((text) => text.endsWith("cross the network unencrypted."));
  const address = `http://127.0.0.1:${/:(\d+)$/.exec(line)?.[1]}`;
  expect((await asked(`${address}/v1/jobs`)).status).toBe(401);
  const headers = { authorization: `Bearer ${stdout.trim()}` };
  expect((await asked(`${address}/v1/jobs`, undefined, headers)).status).toBe(200);
  // What is revoked is refused at once, by whichever process.
  const { tokens } = JSON.parse((await other.run(["token", "list", "--json"])).stdout);
  expect((await other.run(["token", "revoke", tokens[0].id])).exitCode).toBe(0);
  expect((await asked(`${address}/v1/jobs`, undefined, headers)).status).toBe(401);
});

test("the manual's signed request works as it is printed", async () => {
  await using other = await testHome();
  const words = ["token", "create", "--name", "ci", "--hmac", "--json"];
  const { id, path } = JSON.parse((await other.run(words)).stdout);
  const process = other.start(["serve", "--port", "0"], { url: model.url });
  const line = await process.stderr.line((text) => text.includes("serves on"));
  const manual = await Bun.file(`${import.meta.dir}/../docs/api.md`).text();
  const [, example = ""] = /```sh\n([\s\S]*?)```/.exec(manual) ?? [];
  const script = example.replace("http://127.0.0.1:7001", /http:\S+/.exec(line)?.[0] ?? "");
  const secret = (await Bun.file(path).text()).trim();
  const environment = { PATH: Bun.env["PATH"] ?? "", KEY: id, SECRET: secret };
  const { stdout, stderr } = await runProgram(["sh", "-c", script], {
    cwd: other.path,
    environment,
  });
  expect([stdout, stderr]).toEqual([
    expect.stringMatching(/^\{"id":"job_\w+","dup":false\}$/),
    expect.any(String),
  ]);
});

test("curl is answered, whole and as a stream", async () => {
  const curl = async (body: object): Promise<string> => {
    const words = ["-sS", "-H", "content-type: application/json", "-d", JSON.stringify(body)];
    const command = ["curl", ...words, `${url}/v1/chat/completions`];
    const { stdout, exitCode } = await runProgram(command, {
      cwd: home.path,
      environment: { PATH: Bun.env["PATH"] ?? "" },
    });
    expect(exitCode).toBe(0);
    return stdout;
  };
  const body = { model: "persona:agent", messages: [{ role: "user", content: "hi" }] };
  expect(JSON.parse(await curl(body)).choices[0].message.content).toBe("Hello.");
  expect((await curl({ ...body, stream: true })).trimEnd()).toEndWith("data: [DONE]");
});
