import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { EngineLender } from "#models/engine/lent-engine.ts";
import type { Provider } from "#models/provider.ts";
import { readServices } from "#platform/process-record.ts";
import { pretendInstalled } from "#test/installed-engine.ts";
import { respond, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { openProviders } from "./providers.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-wiring-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const missing = () => respond(404, { error: { message: 'model "m" not found' } });

test("a chain names models, providers, and models of providers, with slashes in their names", async () => {
  await using main = scriptedServer(missing);
  await using other = scriptedServer((request) =>
    request.body.model === "org/deep" ? say("deep") : missing(),
  );
  const chain = '["hf.co/spare:1b", "other/shallow", "other", "other/org/deep"]';
  const { provider } = await open(
    `base = "${main.url}"\nfallback = ${chain}\n[providers.other]\nbase = "${other.url}"\n`,
  );
  expect(await ask(provider)).toBe("deep");
  expect(main.requests.map(({ body }) => body.model)).toEqual(["m", "hf.co/spare:1b"]);
  expect(other.requests.map(({ body }) => body.model)).toEqual(["shallow", "m", "org/deep"]);
});

test("personas with one provider share it, and with it the lock of its endpoint", async () => {
  await using server = scriptedServer(() => say("own"));
  const { own } = await open(`[providers.far]
base = "${server.url}"
[personas.python]
provider = "far"
[personas.toolsmith]
provider = "far"
`);
  expect([...own.keys()]).toEqual(["python", "toolsmith"]);
  expect(own.get("python")).toBe(own.get("toolsmith"));
  expect(own.get("python")?.endpoint).toBe(server.url);
});

test("a server or model named for this run is the only one", async () => {
  await using main = scriptedServer(missing);
  const { provider } = await open(`fallback = ["spare"]\n`, { flags: { base: main.url } });
  const failure = await ask(provider).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "MODEL_MISSING" });
  expect(main.requests).toHaveLength(1);
});

test("where no server was named, one is looked for", async () => {
  await using found = scriptedServer(() => say("found"));
  const { provider } = await open("", { endpoints: ["http://127.0.0.1:9", found.url] });
  expect(await ask(provider)).toBe("found");
});

test("where none is found, the engine that is installed speaks, unless another model was asked for", async () => {
  pretendInstalled(join(home, "engine"), false);
  const none = { endpoints: ["http://127.0.0.1:9"] };
  const { provider } = await open("", none);
  expect(provider.endpoint).toBe("the built-in engine");
  expect(await provider.listModels(new AbortController().signal)).toEqual(["tiny"]);
  expect((await open("", { ...none, flags: { model: "tiny" } })).provider.endpoint).toBe(
    "the built-in engine",
  );
  const chosen = await open("", { ...none, flags: { model: "qwen3:8b" } });
  const failure = await ask(chosen.provider).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "PROVIDER_UNREACHABLE" });
});

test("the engine of another process is asked where that lends its own, and none is started beside it", async () => {
  pretendInstalled(join(home, "engine"), true);
  await using engine = scriptedServer(() => say("lent"));
  const lent = {
    url: engine.url,
    token: "of-the-owner",
    contextTokens: 2048,
    slots: 3,
    parameters: 1e9,
  };
  const endpoints = ["http://127.0.0.1:9"];
  const { provider } = await open("", { endpoints, lender: async () => lent });
  expect(await provider.windowOf?.("tiny", new AbortController().signal)).toMatchObject({
    isFinal: false,
  });
  expect(await ask(provider, "tiny")).toBe("lent");
  expect((await engine.request(0)).headers.get("authorization")).toBe("Bearer of-the-owner");
  expect(await provider.windowOf?.("tiny", new AbortController().signal)).toEqual({
    ...{ tokens: 2048, isFinal: true },
  });
  const refused = await open("", { endpoints, lender: async () => undefined });
  const failure = await ask(refused.provider, "tiny").catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "ENGINE_FAILED",
    message: expect.stringContaining("not available to other processes"),
  });
  expect(await readServices(home)).toEqual([]);
  expect(await refused.lendEngine(new AbortController().signal)).toBeUndefined();
});

test.each(["record", "cassette"])("a cassette is of one server: --%s", async (flag) => {
  const provider = (id: string) => `[personas.${id}]\nprovider = "far"\n`;
  const file = `[providers.far]\nbase = "http://127.0.0.1:9"\n${provider("python")}`;
  const refusal = async (text: string) =>
    await open(text, { flags: { [flag]: join(home, "c.jsonl") } }).catch((error: unknown) => error);
  const told = {
    ...{ message: "A cassette holds the answers of one server", code: "CONFIG_INVALID" },
    remedies: ["take personas.*.provider out of org.config for this run"],
    unchanged: "Nothing was started.",
  };
  expect(await refusal(file)).toMatchObject({
    ...{ ...told, why: "python has a provider of their own" },
  });
  expect(await refusal(`${file}${provider("toolsmith")}`)).toMatchObject({
    ...{ ...told, why: "python, toolsmith have a provider of their own" },
  });
});

test("a session is recorded and played back", async () => {
  const path = join(home, "c.jsonl");
  await using server = scriptedServer([say("recorded")]);
  {
    await using parts = new AsyncDisposableStack();
    const flags = { base: server.url, record: path };
    expect(await ask((await open("", { flags, parts })).provider)).toBe("recorded");
  }
  for (const strict of [{}, { strict: "" }]) {
    await using parts = new AsyncDisposableStack();
    const flags = { cassette: path, ...strict };
    expect(await ask((await open("", { flags, parts })).provider)).toBe("recorded");
  }
});

interface Given {
  readonly flags?: Readonly<Record<string, string>>;
  readonly endpoints?: readonly string[];
  readonly parts?: AsyncDisposableStack;
  readonly lender?: EngineLender;
}

async function open(file: string, given: Given = {}) {
  const { flags = {}, endpoints = [], parts = new AsyncDisposableStack(), lender } = given;
  writeFileSync(join(home, "org.config"), file);
  const options = new Map(Object.entries(flags));
  const settings = readSettings({
    env: { ORG_ENGINE_DIR: join(home, "engine") },
    flags: options,
    defaultHome: home,
  });
  const session = { settings, flags: options, cleaner: new TextCleaner(), endpoints, lender };
  const { main, own, lendEngine } = await openProviders(session, parts);
  return { provider: main, own, lendEngine };
}

async function ask(provider: Provider, model = "m"): Promise<string> {
  const messages = [{ role: "user" as const, content: "hi" }];
  const request = { model, messages, tools: [] };
  let text = "";
  for await (const event of provider.stream(request, new AbortController().signal)) {
    if (event.type === "text") text += event.text;
  }
  return text;
}
