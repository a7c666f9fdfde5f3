/** The program with servers of every wire, several at once, and none where one is expected. */
import { describe, expect, test } from "bun:test";
import { testHome } from "./org-process.ts";
import { message, scriptedAnthropic } from "./scripted-anthropic.ts";
import { done, said, scriptedOllama } from "./scripted-ollama.ts";
import { events, lines } from "./scripted-pieces.ts";

const DOWN = "http://127.0.0.1:9";
const saying = (text: string) => lines(said(text), done("stop"));

test("Ollama's own wire, chosen in the file: the window that the model has is sent and known", async () => {
  const models = [{ name: "m", contextTokens: 16_384, capabilities: ["tools"] }];
  await using server = scriptedOllama({ models, chat: () => saying("Hello.") });
  await using home = await testHome();
  await Bun.write(`${home.path}/org.config`, 'wire = "ollama"\nkeep_alive = "5m"\n');
  const ran = await home.run(["ask", "hi"], { url: server.url });
  expect(ran).toMatchObject({ stdout: "Hello.\n", exitCode: 0 });
  expect(server.chats[0]?.body).toMatchObject({
    ...{ model: "m", keep_alive: "5m", truncate: false },
    options: { num_ctx: 16_384 },
  });
});

test("Anthropic's wire, with the key of the environment", async () => {
  await using server = scriptedAnthropic({
    answers: () => events(...message([{ text: ["Hello."] }])),
  });
  await using home = await testHome();
  const environment = { ANTHROPIC_API_KEY: "sk-ant-0123456789", OPENAI_API_KEY: "sk-0123456789" };
  const args = ["ask", "hi", "--wire", "anthropic"];
  const ran = await home.run(args, { url: server.url, environment });
  expect(ran).toMatchObject({ stdout: "Hello.\n", exitCode: 0 });
  expect(server.requests[0]?.headers.get("x-api-key")).toBe("sk-ant-0123456789");
});

test("a persona has a server of its own, and what is down is answered by the next in the chain", async () => {
  await using first = scriptedOllama({ chat: () => saying("From the first.") });
  await using second = scriptedAnthropic({
    answers: () => events(...message([{ text: ["From the second."] }])),
  });
  await using home = await testHome();
  await Bun.write(
    `${home.path}/org.config`,
    `provider = "gone"
fallback = ["near"]
[providers.gone]
base = "${DOWN}"
[providers.near]
base = "${first.url}"
wire = "ollama"
[providers.far]
base = "${second.url}"
wire = "anthropic"
[personas.python]
provider = "far"
`,
  );
  // The environment of a tester's home names a server; here the file is to be asked.
  const environment = { OLLAMA_BASE: "" };
  const ran = await home.run(["ask", "hi"], { environment });
  expect(ran).toMatchObject({ stdout: "From the first.\n", exitCode: 0 });
  expect(ran.stderr).toContain(
    `The server ${DOWN} does not answer; "default" on ${first.url} is asked instead.`,
  );
  const other = await home.run(["ask", "@@python hi"], { environment });
  expect(other).toMatchObject({ stdout: "From the second.\n", exitCode: 0 });
  // Who names a server for this run wants an error rather than another one.
  const explicit = await home.run(["ask", "hi", "--base", DOWN], { environment });
  expect(explicit).toMatchObject({ stdout: "", exitCode: 69 });
});

describe("org models", () => {
  test("lists what a server has", async () => {
    const models = [{ name: "qwen3:8b", bytes: 5_200_000_000, capabilities: ["tools"] }];
    await using server = scriptedOllama({ models });
    await using home = await testHome();
    const ran = await home.run(["models"], { url: server.url });
    expect(ran).toMatchObject({
      stdout: "qwen3:8b  5.2 GB  8.2B Q4_K_M  tools\n",
      stderr: "",
      exitCode: 0,
    });
  });

  test("fetches one, and tells how far it is", async () => {
    const part = { status: "pulling aaaaaaaaaaaa", digest: "sha256:a", total: 4000 };
    const pull = lines(part, { ...part, completed: 2000 }, { status: "success" });
    await using server = scriptedOllama({ pull });
    await using home = await testHome();
    const ran = await home.run(["models", "pull", "qwen3:8b"], { url: server.url });
    expect(ran).toEqual({
      stdout: `✔ qwen3:8b is on ${server.url}\n`,
      stderr: "pulling 0 % of 4 kB\npulling 50 % of 4 kB\nsuccess\n",
      exitCode: 0,
    });
  });

  test("an unknown name: exit code 69, as JSON too", async () => {
    const pull = lines(
      { status: "pulling manifest" },
      { error: "pull model manifest: file does not exist" },
    );
    await using server = scriptedOllama({ pull });
    await using home = await testHome();
    const ran = await home.run(["models", "pull", "nope", "--json"], { url: server.url });
    const last = JSON.parse(ran.stdout.trimEnd().split("\n").at(-1) ?? "");
    expect([ran.exitCode, last.type, last.code]).toEqual([69, "failed", "MODEL_MISSING"]);
    expect(ran.stderr).toContain(`"nope" could not be fetched onto ${server.url} [MODEL_MISSING]`);
  });

  test("shows how a model is asked and why, and forgets what was learnt of it", async () => {
    const models = [{ name: "qwen2.5-coder:1.5b", template: "<tool_call>" }];
    await using server = scriptedOllama({ models });
    await using home = await testHome();
    const target = { url: server.url };
    const shown = await home.run(["models", "show", "qwen2.5-coder:1.5b"], target);
    expect(shown).toMatchObject({ stderr: "", exitCode: 0 });
    expect(shown.stdout).toStartWith(`qwen2.5-coder:1.5b on ${server.url}\n`);
    expect(shown.stdout).toMatch(/^ {2}dialect +hermes \(template\)$/m);
    expect(shown.stdout).toMatch(/^ {2}calls by +shape \(below 4 billion weights\)$/m);
    const forgotten = await home.run(["models", "forget", "qwen2.5-coder:1.5b"], target);
    expect(forgotten).toMatchObject({ exitCode: 0 });
    const again = await home.run(["models", "forget", "qwen2.5-coder:1.5b"], target);
    expect(again).toMatchObject({ stdout: "", exitCode: 69 });
    const wrong = await home.run(["models", "show", "qwen2.5-coder:1.5"], target);
    expect(wrong).toMatchObject({ stdout: "", exitCode: 69 });
    expect(wrong.stderr).toContain("→ org models show qwen2.5-coder:1.5b\n");
  });

  test("a server that is down, and a provider that is not there", async () => {
    await using home = await testHome();
    expect(await home.run(["models"], { url: DOWN })).toMatchObject({ stdout: "", exitCode: 69 });
    const named = await home.run(["models", "--provider", "x"], { url: DOWN });
    expect(named).toMatchObject({ stdout: "", exitCode: 64 });
  });
});
