/** A provider that is played: what it is asked, what it costs, and what is said meanwhile. */
import { expect, test } from "bun:test";
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { UNKNOWN_WINDOW } from "#models/context-model.ts";
import type { ChatRequest, Provider, ProviderEvent } from "#models/provider.ts";
import { OTHER_TEMPERATURE } from "#ops/project/attempts-record.ts";
import { openMind } from "./exec-mind.ts";

const { signal } = new AbortController();
const USAGE = { promptTokens: 11, completionTokens: 3 };
const END: ProviderEvent = { type: "finish", reason: "stop" };
const QUESTION = [{ role: "user", content: "Write it." }] as const;

interface Asked {
  readonly request: ChatRequest;
  readonly signal: AbortSignal;
}

function played(events: readonly (ProviderEvent | OrgError)[], more: Partial<Provider> = {}) {
  const asked: Asked[] = [];
  const said: string[] = [];
  const accounts: string[][] = [];
  const main: Provider = {
    endpoint: "http://models.example",
    async *stream(request, handed) {
      asked.push({ request, signal: handed });
      for (const event of events) {
        if (event instanceof OrgError) throw event;
        yield event;
      }
    },
    listModels: async () => ["m"],
    ...more,
  };
  const account = (...words: string[]) => {
    accounts.push(words);
    return { reserve: async () => ({ settle: async () => ["nearly spent"] }) };
  };
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere" });
  const open = (attempt?: Parameters<typeof openMind>[2], changed: object = {}) =>
    openMind(
      Object({
        ...{ settings: { ...settings, ...changed }, cleaner: new TextCleaner(["s3cret-word"]) },
        app: { budget: async () => ({ account }), providers: async () => ({ main }) },
        ...{ signal, output: { say: (text: string) => said.push(text) } },
      }),
      "session",
      attempt,
    );
  return { asked, said, accounts, open };
}

const TEXT: ProviderEvent = { type: "text", text: "done" };

test("the only attempt is asked for the likely word, on the budget of its session", async () => {
  const notice: ProviderEvent = { type: "notice", text: "again, s3cret-word" };
  const { asked, said, accounts, open } = played([
    notice,
    TEXT,
    { type: "usage", usage: USAGE },
    END,
  ]);
  const { mind, cost, model } = await open(undefined, { model: "m" });
  const own = new AbortController();
  expect(await mind.ask(QUESTION, own.signal)).toMatchObject({ text: "done", end: "stop" });
  const [first] = asked;
  expect(first?.request).toMatchObject({ model: "m", messages: QUESTION, temperature: 0.2 });
  expect(first?.request.seed).toBeUndefined();
  expect(first?.signal).toBe(own.signal);
  expect(accounts).toEqual([["session", "exec"]]);
  expect(said).toEqual(["again, [redacted]\n", "nearly spent\n"]);
  expect(cost()).toMatchObject({ promptTokens: 11, completionTokens: 3 });
  expect(cost().ms).toBeGreaterThan(0);
  expect(model()).toBe("m");
});

test("attempts after the first are drawn anew, and each tells by its own way", async () => {
  const { asked, said, open } = played([{ type: "notice", text: "busy" }, TEXT, END], {
    modelName: () => "real",
  });
  const noted: string[] = [];
  const lock = new ChannelLock(1);
  for (const number of [1, 2]) {
    const { mind, cost, model } = await open({ number, lock, note: (text) => noted.push(text) });
    await mind.ask(QUESTION, signal);
    expect(cost().promptTokens).toBeGreaterThan(0);
    expect(cost().completionTokens).toBeGreaterThan(0);
    expect(model()).toBe("real");
  }
  expect(asked.map(({ request }) => [request.temperature, request.seed])).toEqual([
    [0.2, undefined],
    [OTHER_TEMPERATURE, 2],
  ]);
  expect(noted).toContain("busy");
  expect(said).toEqual([]);
});

test("an attempt waits for its turn, is named to who waits behind it, and can be ended", async () => {
  const { asked, open } = played([TEXT, END]);
  const lock = new ChannelLock(1);
  const { mind } = await open({ number: 1, lock, note: () => undefined });
  const release = await lock.waitForLock(0, { owner: "before" });
  const stop = new AbortController();
  const answer = mind.ask(QUESTION, stop.signal);
  stop.abort(new Error("left"));
  await expect(answer).rejects.toThrow("left");
  expect(asked).toEqual([]);
  release[Symbol.dispose]();
  await mind.ask(QUESTION, signal);
  expect(asked).toHaveLength(1);
  // Nothing holds it any more.
  (await lock.waitForLock(0))[Symbol.dispose]();
});

test("the window is that of the settings, of the server, or an unknown one", async () => {
  const given: [string, boolean][] = [];
  const { open } = played([], {
    windowOf: async (model, handed) => {
      given.push([model, handed === signal]);
      return { tokens: 5000, isFinal: true };
    },
  });
  const windowOf = async (changed: object) => (await open(undefined, changed)).mind.windowTokens;
  expect(await windowOf({ contextTokens: 999 })).toBe(999);
  expect(given).toEqual([]);
  expect(await windowOf({ model: "m" })).toBe(5000);
  expect(given).toEqual([["m", true]]);
  expect((await played([]).open()).mind.windowTokens).toBe(UNKNOWN_WINDOW);
});

test.each(["STREAM_CUT", "STREAM_ERROR", "STREAM_SILENT", "CONTEXT_OVERFLOW"] as const)(
  "%s is as good as no server",
  async (code) => {
    const broken = new OrgError("It broke", { code, why: "a wire", remedies: ["look"] });
    const { mind } = await played([broken]).open();
    await expect(mind.ask(QUESTION, signal)).rejects.toMatchObject({
      ...{ code: "PROVIDER_UNREACHABLE", message: "The model server gave no complete answer" },
      ...{ why: `It broke: a wire [${code}]`, remedies: ["look"], cause: broken },
      unchanged: "Nothing was printed and nothing was changed.",
    });
  },
);

test("another refusal stays what it is", async () => {
  const refused = new OrgError("No", { code: "PROVIDER_REFUSED", remedies: [] });
  const { mind } = await played([refused]).open();
  await expect(mind.ask(QUESTION, signal)).rejects.toBe(refused);
});

test("who waits behind an attempt reads what holds the model", async () => {
  const lock = new ChannelLock(1);
  const behind: unknown[] = [];
  const { open } = played([], {
    async *stream() {
      behind.push(await lock.waitForLock(0).catch((error: unknown) => String(error)));
      yield* [TEXT, END];
    },
  });
  const { mind } = await open({ number: 1, lock, note: () => undefined });
  await mind.ask(QUESTION, signal);
  expect(behind).toEqual([expect.stringContaining("exec")]);
});
