/**
 * The built-in engine: the real packages from the package index, a real child process, a real llama.cpp. The model has
 * random weights, so nothing but the packages is fetched.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fieldsOf } from "#core/json.ts";
import { enginePaths } from "#models/engine/installed.ts";
import type { RunningEngine } from "#models/engine/process.ts";
import { openAiProvider } from "#models/openai/openai.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import {
  complete,
  engineMachine,
  enginePid,
  installTiny,
  otherServer,
  startTiny,
  TINY,
  TINY_SUM,
  unreached,
} from "./engine-machine.ts";
import { eventsOf, testHome } from "./org-process.ts";
import { PATIENT } from "./patience.ts";
import { until } from "./until.ts";

const machine = await engineMachine();
afterAll(machine.remove);
const installed = await installTiny(machine);
// Without the package index there is nothing to test. That is said, and counts as nothing that passed.
const missing = unreached(installed.stderr);
if (missing !== "") process.stderr.write(`skipped, because there is no engine:\n${missing}\n`);
const speaker = await otherServer();
if (speaker !== undefined) process.stderr.write(`skipped: ${speaker} answers before the engine\n`);

const { environment } = machine;
const never = () => new AbortController().signal;
const isSpeaker = speaker === undefined;

describe.skipIf(missing !== "")("the installation", () => {
  test("brings packages and model, also over a connection that is cut in the middle", async () => {
    expect([installed.stdout, installed.exitCode]).toEqual([
      `✔ the engine is in ${machine.folder}, with tiny\n`,
      0,
    ]);
    expect((await readdir(machine.folder)).sort()).toEqual([
      ...["engine.json", "models", "runtime-3.22.1"],
    ]);
    const binaries = join(machine.folder, "runtime-3.22.1/node_modules/@node-llama-cpp");
    expect(await readdir(binaries)).toEqual([`${process.platform}-${process.arch}`]);
    const path = join(machine.folder, "models", `${TINY_SUM}.gguf`);
    expect((await readFile(path)).equals(TINY)).toBe(true);
  });

  test("is what status and doctor tell of", async () => {
    await using home = await testHome();
    const status = await home.run(["engine", "status", "--json"], { environment });
    expect(JSON.parse(status.stdout)).toEqual({
      ...{ state: "installed", folder: machine.folder, model: "tiny", takesTools: true },
      ...{ processes: [], embeddings: { state: "missing", model: "all-MiniLM-L6-v2" } },
    });
    const doctor = await home.run(["doctor", "--json"], { environment });
    const { checks } = JSON.parse(doctor.stdout);
    expect(checks.find(({ name }: { name: string }) => name === "engine")).toMatchObject({
      ...{ state: "ok", detail: `tiny, in ${machine.folder}` },
    });
  });
});

describe.skipIf(missing !== "")("an installation of which a part is gone", () => {
  test("is told of, and made whole by the same command", async () => {
    await using home = await testHome();
    await rm(enginePaths(machine.folder).library);
    const damaged = await home.run(["engine", "status"], { environment });
    expect(damaged.stdout).toMatch(/^The engine is damaged: .*package\.json is gone\n→ org engine/);
    expect((await installTiny(machine)).exitCode).toBe(0);
    expect((await home.run(["engine", "status"], { environment })).exitCode).toBe(0);
  });
});

describe.skipIf(missing !== "")("the child", () => {
  const parts = new AsyncDisposableStack();
  let engine: RunningEngine;
  beforeAll(async () => {
    const home = parts.use(await testHome());
    engine = parts.use(await startTiny(machine, home.path)).process;
  });
  afterAll(() => parts.disposeAsync());

  test("streams through the provider that every other server has, and keeps what it has read", async () => {
    const { url, token, contextTokens } = engine;
    expect(contextTokens).toBe(8192);
    const system = "You are a guide. ".repeat(20);
    const first = await complete(engine, { system, max_tokens: 8 });
    const second = await complete(engine, { system, user: "again", max_tokens: 8 });
    expect(first.usage).toMatchObject({ completion_tokens: 8 });
    const cached = fieldsOf(second.usage["prompt_tokens_details"])["cached_tokens"];
    expect(cached).toBeGreaterThan(system.length);
    const timeouts = PATIENT;
    const provider = openAiProvider({ baseUrl: url, apiKey: token, timeouts });
    const messages = [{ role: "user" as const, content: "hi" }];
    const request = { model: "tiny", messages, tools: [], maxTokens: 500 };
    const events = await Array.fromAsync(provider.stream(request, never()));
    expect(events.filter(({ type }) => type === "text").length).toBeGreaterThan(1);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "length" });
  });

  test("has nothing of ours in its environment, and answers no client without the token", async () => {
    const { pid, url } = engine;
    const names = (await readFile(`/proc/${pid}/environ`, "utf8"))
      .split("\0")
      .map((entry) => entry.split("=")[0]);
    expect(names.filter((name) => name !== "").sort()).toEqual(["HOME", "PATH"]);
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8");
    expect(commandLine).not.toContain(engine.token);
  });

  test("a call has the form of its schema, whatever the model would rather say", async () => {
    const arguments_ = z.strictObject({
      city: z.enum(["Paris", "Rome"]),
      days: z.int().min(1).max(7),
      tags: z.array(z.string().max(5)).max(3),
      note: z.string().max(10).optional(),
    });
    const { $schema: _, ...parameters } = z.toJSONSchema(arguments_, { io: "input" });
    const tools = [{ type: "function", function: { name: "weather", parameters } }];
    for (let seed = 1; seed <= 8; seed += 1) {
      const choice = { tools, tool_choice: "required", temperature: 1.5, seed };
      const { message, finish } = await complete(engine, choice);
      expect(finish).toBe("tool_calls");
      const [call] = message["tool_calls"] as [{ function: { name: string; arguments: string } }];
      expect(call.function.name).toBe("weather");
      expect(arguments_.safeParse(JSON.parse(call.function.arguments)).error).toBeUndefined();
    }
  });

  test("an answer has the shape that is asked for, streamed, whatever the model would rather say", async () => {
    const turn = z.discriminatedUnion("action", [
      z.strictObject({ action: z.literal("sh"), cmd: z.string().min(1).max(20) }),
      z.strictObject({
        action: z.literal("read"),
        path: z.string().max(5),
        lines: z.array(z.int().min(0).max(9)).max(2).optional(),
      }),
    ]);
    const { $schema: _, ...schema } = z.toJSONSchema(turn, { io: "input" });
    const timeouts = PATIENT;
    const provider = openAiProvider({ baseUrl: engine.url, apiKey: engine.token, timeouts });
    const shape = { name: "turn", schema };
    const actions = new Set<string>();
    let mostPieces = 0;
    // Which of the two a random model takes is its own dice: one in three to one in two takes the rarer one.
    for (let turns = 1; turns <= 12 || (actions.size < 2 && turns <= 200); turns += 1) {
      const messages = [{ role: "user" as const, content: `${turns}` }];
      const asked = { model: "tiny", messages, tools: [], shape, temperature: 1.5, maxTokens: 200 };
      const events = await Array.fromAsync(provider.stream(asked, never()));
      const pieces = events.flatMap((one) => (one.type === "text" ? [one.text] : []));
      // How many tokens a random answer has, and how many of them a busy machine reads at once, is chance.
      mostPieces = Math.max(mostPieces, pieces.length);
      const { action } = turn.parse(JSON.parse(pieces.join("")));
      actions.add(action);
      expect(pieces.join("")).toStartWith('{"action":');
    }
    expect([...actions].sort()).toEqual(["read", "sh"]);
    expect(mostPieces).toBeGreaterThan(3);
  });

  test("a shape that no grammar can be built of is refused, and says so", async () => {
    const schema = {
      $ref: "#/$defs/a",
      $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } },
    };
    const response_format = { type: "json_schema", json_schema: { name: "turn", schema } };
    const refused = await complete(engine, { response_format }).catch(String);
    expect(refused).toContain("response_format: cannot build a grammar");
  });

  test("reads a conversation with calls and results, and parts that are not text", async () => {
    const call = { id: "1", type: "function", function: { name: "now", arguments: "{}" } };
    const tools = [{ type: "function", function: { name: "now", parameters: {} } }];
    const image = { type: "image_url", image_url: { url: "data:image/png;base64," } };
    const messages = [
      { role: "user", content: [{ type: "text", text: "How late is it?" }, image] },
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", tool_call_id: "1", content: "noon" },
    ];
    const open = await complete(engine, { messages, tools, max_tokens: 5 });
    expect(open.usage["completion_tokens"]).toBe(5);
    const later = [
      { role: "assistant", content: "It is noon." },
      { role: "user", content: "And now?" },
    ];
    const closed = await complete(engine, {
      messages: [...messages, ...later],
      tools,
      max_tokens: 5,
    });
    expect(closed.usage["prompt_tokens"]).toBeGreaterThan(Number(open.usage["prompt_tokens"]));
  });

  test("several conversations go on at once, more than there are places for", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        complete(engine, { user: `number ${index}`, max_tokens: 30, seed: index }),
      ),
    );
    expect(answers.map(({ usage }) => usage["completion_tokens"])).toEqual(Array(5).fill(30));
  });

  test("a client that leaves stops the model", async () => {
    const { url, token, pid } = engine;
    const timeouts = PATIENT;
    const provider = openAiProvider({ baseUrl: url, apiKey: token, timeouts });
    const messages = [{ role: "user" as const, content: "hi" }];
    for await (const { type } of provider.stream({ model: "tiny", messages, tools: [] }, never())) {
      if (type === "text") break;
    }
    // Left alone, it would work for several seconds more.
    await until(
      "the child to rest",
      async () => {
        const before = await ticksOf(pid);
        await Bun.sleep(100);
        return (await ticksOf(pid)) - before <= 1;
      },
      3000,
    );
  });

  test("a prompt that does not fit is refused with its numbers", async () => {
    const refused = await complete(engine, { user: "x".repeat(9000) }).catch(String);
    expect(refused).toContain("exceeds the context size of 8192 tokens");
  });

  test("a changed byte is seen before anything is loaded", async () => {
    await using home = await testHome();
    const path = join(machine.folder, "models", `${TINY_SUM}.gguf`);
    const changed = Uint8Array.from(TINY);
    changed[100_000] = (changed[100_000] ?? 0) ^ 1;
    await writeFile(path, changed);
    try {
      expect(await startFailure(home.path)).toMatchObject({
        code: "ENGINE_FAILED",
        why: expect.stringContaining(`should be ${TINY_SUM}`),
        remedies: expect.arrayContaining(["org engine remove && org engine install"]),
      });
    } finally {
      await writeFile(path, TINY);
    }
  });
});

describe.skipIf(missing !== "" || !isSpeaker)("a room with the engine", () => {
  test("where nothing is configured and no server answers, the engine speaks and says so", async () => {
    await using home = await testHome();
    await Bun.write(join(home.path, "org.config"), ANSWERS_AT_LENGTH);
    const ran = await home.run(["ask", "--json", "hi"], { environment });
    const events = eventsOf(ran);
    expect(events.find(({ type }) => type === "notice")).toMatchObject({
      text: expect.stringContaining("so the built-in engine answers, with tiny."),
    });
    expect(events.filter(({ type }) => type === "text-delta").length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ type: "turn-end", usage: {} });
  });

  test("a model that it does not have is not a reason to fall through to it", async () => {
    await using home = await testHome();
    const chosen = { ...environment, OLLAMA_MODEL: "qwen3:8b" };
    const ran = await home.run(["ask", "hi"], { environment: chosen });
    expect(ran.stderr).toContain("[PROVIDER_UNREACHABLE]");
    expect(ran.exitCode).toBe(69);
  });

  test("when its process is killed, the room says so, goes on, and the next line is answered", async () => {
    await using home = await testHome();
    await Bun.write(join(home.path, "org.config"), ANSWERS_AT_LENGTH);
    const room = home.start(["chat", "--plain"], { environment, keepsTyping: true });
    await room.write("count\n");
    await room.stdout.shows(/with tiny\.\n[^!\n]/);
    const pid = await enginePid(home.path);
    process.kill(pid, "SIGKILL");
    await room.stdout.shows("The built-in engine ended in the middle of its answer [STREAM_ERROR]");
    await room.stdout.shows("its process was killed by SIGKILL");
    await room.write("and now?\n");
    await room.stdout.shows("The engine was killed by SIGKILL and was started again (1 of 3).");
    expect(await enginePid(home.path)).not.toBe(pid);
    const process2 = await enginePid(home.path);
    room.signal("SIGKILL");
    await room.ended;
    // No process tidied up: its parent is gone, and that is enough.
    await until(
      "the engine to follow its room",
      async () => (await readProcessInfo(process2)) === undefined,
    );
  });
});

/** The model is so small that a shape and the short prompt are for it, by which its answer is over at once. */
const ANSWERS_AT_LENGTH = '[models.tiny]\nlean = false\ncalls = "template"\n';

async function startFailure(home: string): Promise<unknown> {
  try {
    await using _engine = await startTiny(machine, home);
    return "it started";
  } catch (error) {
    return error;
  }
}

/** Processor time that a process has used, in clock ticks. */
async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
