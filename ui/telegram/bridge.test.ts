import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { breakOff, call, gate, say, several } from "#test/scripted-answers.ts";
import { handled, shown, TestBridge } from "#test/telegram-bridge.ts";
import { ANN, BOT, TOKEN } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";

const BOB = { id: 8, is_bot: false, first_name: "Bob" };

function logOf(bridge: TestBridge): string {
  return readOf(join(bridge.paths.logs, "telegram.ndjson"));
}

describe("a user who is on the list", () => {
  test("writes, and reads the answer with its markup", async () => {
    await using bridge = new TestBridge({ script: [say("Use **this**:\n```sh\nls < a\n```")] });
    await bridge.start();
    bridge.telegram.writes(7, "hello");
    const { html } = await shown(bridge, /^agent\nUse this:\nls < a$/);
    expect(html).toBe(
      '<b>agent</b>\nUse <b>this</b>:\n<pre><code class="language-sh">ls &lt; a</code></pre>',
    );
    expect(await bridge.lines()).toEqual(["hello"]);
    await handled(bridge);
  });

  test("sees one message grow while an answer is written", async () => {
    const [first, second] = [gate(), gate()];
    const script = [several(say("One "), first, say("two "), second, say("three."))];
    await using bridge = new TestBridge({ script });
    await bridge.start();
    bridge.telegram.writes(7, "count");
    await shown(bridge, /^One …$/);
    first.open();
    await shown(bridge, /^One two …$/);
    second.open();
    await shown(bridge, /^agent\nOne two three\.$/);
    expect(bridge.telegram.chat(7)).toHaveLength(1);
    const texts = bridge.telegram.chat(7)[0]?.texts ?? [];
    expect([...texts.slice(0, 2), texts.at(-1)]).toEqual([
      "One …",
      "One two …",
      "agent\nOne two three.",
    ]);
    // One more where the machine stands still between the last word and the end.
    expect(texts.length).toBeLessThanOrEqual(4);
  });

  test("sees it edited every three seconds at most, however fast it is written", async () => {
    const words = (from: number) =>
      Array.from({ length: 60 }, (_, at) => `${Bun.hash(`${from} ${at}`).toString(36)} `).join("");
    const parts = Array.from({ length: 12 }, () => gate());
    const pieces = parts.flatMap((part, at) => [say(words(at)), part]);
    const script = [several(...pieces, say("end."))];
    await using bridge = new TestBridge({ script, speed: 50 });
    await bridge.start();
    const from = bridge.clock.now();
    bridge.telegram.writes(7, "go");
    for (const part of parts) {
      await part.reached;
      if (part === parts[0]) await shown(bridge, /…$/);
      await bridge.clock.sleep(1000, new AbortController().signal);
      part.open();
    }
    await until("it is whole", async () => bridge.telegram.chat(7).at(-1)?.text.endsWith("end."));
    const most = (bridge.clock.now() - from) / 3000 + 2;
    expect(bridge.telegram.chat(7)[0]?.texts.length).toBeLessThanOrEqual(most);
    expect(bridge.telegram.chat(7)[0]?.texts.length).toBeGreaterThan(1);
  });

  test("keeps what was written of an answer that broke off, and reads why it did", async () => {
    const written = gate();
    const script = [several(say("Half of "), written, breakOff())];
    await using bridge = new TestBridge({ script });
    await bridge.start();
    bridge.telegram.writes(7, "count");
    await shown(bridge, /^Half of …$/);
    written.open();
    await shown(bridge, /^— agent (failed|was cut)/);
    expect(bridge.telegram.chat(7)[0]?.text).toBe("agent\nHalf of ");
  });

  test("gets a long answer in pieces, and a very long one as a file", async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, at) => `${at} ${Bun.hash(String(at)).toString(36)}\n`).join(
        "",
      );
    const [long, longer] = [lines(400), lines(2000)];
    const script = [long, longer].map((text) => say(text, { chunk: 5000 }));
    await using bridge = new TestBridge({ script, speed: 100 });
    await bridge.start();
    bridge.telegram.writes(7, "long");
    await until("both pieces", async () => bridge.telegram.chat(7).length === 2);
    await until(
      "whole",
      async () => !bridge.telegram.chat(7).some(({ text }) => text.endsWith("…")),
    );
    const joined = bridge.telegram
      .chat(7)
      .map(({ text }) => text)
      .join("");
    expect(joined.replace("agent\n", "").trim()).toBe(long.trim());
    bridge.telegram.writes(7, "longer");
    await shown(bridge, /^The answer has [\d,]+ characters: it is in the file\.$/);
    const { document } = await until("the file", async () =>
      bridge.telegram.chat(7).find((message) => message.document !== undefined),
    );
    expect(document).toEqual({ name: "answer.md", text: longer });
  });

  test("who sends a secret has it hidden, and can take the message away", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    await using bridge = new TestBridge({ script: [say("I see none.")] });
    await bridge.start();
    bridge.telegram.writes(7, `my token is ${secret}`);
    const warning = await shown(bridge, /held what looks like a secret/);
    await shown(bridge, /I see none\./);
    expect(JSON.stringify(bridge.requests.map(({ body }) => body))).not.toContain(secret);
    expect((await bridge.lines()).join()).not.toContain(secret);
    const [button] = warning.buttons;
    expect(button?.text).toBe("Delete my message");
    bridge.telegram.presses(warning, button?.callback_data ?? "");
    await until("it is deleted", async () => bridge.telegram.deleted.includes(1));
    await handled(bridge);
    for (const file of [bridge.paths.telegram, `${bridge.paths.telegram}-wal`])
      expect(readFileSync(file).includes(secret)).toBe(false);
  });

  test("who blocks the bot is sent nothing, and everything once they are back", async () => {
    const answer = gate();
    await using bridge = new TestBridge({ script: [several(answer, say("Late."))] });
    await bridge.start();
    bridge.telegram.writes(7, "hello");
    await answer.reached;
    bridge.telegram.blocked.add(7);
    answer.open();
    await until("the log says so", async () => logOf(bridge).includes("takes no messages"));
    await until("the room says so", async () =>
      (await bridge.notices()).some((text) => text.includes("chat 7 takes no messages (")),
    );
    expect(await bridge.notices()).toHaveLength(1);
    bridge.telegram.blocked.delete(7);
    bridge.telegram.writes(7, "/budget");
    await shown(bridge, /No budget is set/);
    expect(bridge.telegram.chat(7).map(({ text }) => text)).toEqual([
      "agent\nLate.",
      "No budget is set.",
    ]);
  });

  test("gets a text whose markup Telegram cannot read without markup", async () => {
    await using bridge = new TestBridge({ script: [say("**bold**")] });
    const description = "Bad Request: can't parse entities: unsupported start tag";
    // On a busy machine its beginning is shown first.
    for (const method of ["sendMessage", "editMessageText"])
      bridge.telegram.failures.push({ method, code: 400, description, ofMarkup: true });
    await bridge.start();
    bridge.telegram.writes(7, "hello");
    const { html } = await shown(bridge, /bold/);
    expect(html).toBeUndefined();
  });
});

describe("who is not on the list", () => {
  test("gets no answer, and one line a day in the log", async () => {
    await using bridge = new TestBridge();
    await bridge.start();
    for (let times = 0; times < 5; times += 1) bridge.telegram.writes(8, "let me in", BOB);
    // A user of the list, in a chat that is not on it; and a bot.
    bridge.telegram.writes(-5, "hello", ANN);
    bridge.telegram.writes(7, "hello", { ...ANN, is_bot: true });
    await handled(bridge);
    expect(bridge.telegram.messages).toEqual([]);
    const lines = logOf(bridge)
      .split("\n")
      .filter((line) => line.includes("not on the list"));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('"chat":8');
    expect(lines[0]).not.toContain("let me in");
    expect(bridge.requests).toHaveLength(0);
  });

  test("is not heard in a group either, and there users are heard when they name the bot", async () => {
    const settings = { chats: [7, -5], users: [7] };
    await using bridge = new TestBridge({ settings, script: [say("Yes?"), say("Again?")] });
    await bridge.start();
    bridge.telegram.writes(-5, "@org_bot hello", BOB);
    bridge.telegram.writes(-5, "not for you", ANN);
    bridge.telegram.writes(-5, "hello @Org_Bot, friend", ANN);
    await shown(bridge, /Yes\?/, -5);
    bridge.telegram.writes(-5, { text: "and you", reply_to_message: { from: BOT } }, ANN);
    await shown(bridge, /Again\?/, -5);
    expect(await bridge.lines("telegram--5")).toEqual(["hello  , friend", "and you"]);
  });

  test("is not a user of a group that lists none", async () => {
    await using bridge = new TestBridge({ settings: { chats: [-5], groups: "all" } });
    await bridge.start();
    bridge.telegram.writes(-5, "@org_bot hello", ANN);
    await handled(bridge);
    expect(bridge.requests).toHaveLength(0);
  });
});

describe("reports", () => {
  const script = () => [call("sh", { cmd: "ls" }), say("Done.")];

  test("come by their level, one of a kind in ten minutes, and the others together", async () => {
    const settings = { reports: "all" } as const;
    await using bridge = new TestBridge({ settings, script: script(), speed: 1000 });
    await bridge.start();
    // The first report may be written down before its question is seen here.
    const before = bridge.clock.now();
    bridge.telegram.writes(7, "go");
    const question = await shown(bridge, /wants to run sh/);
    bridge.telegram.presses(question, question.buttons[0]?.callback_data ?? "");
    await shown(bridge, /Done\./);
    await shown(bridge, /^⚙ sh ls$/);
    const together = await shown(bridge, /^✔ sh \d+\.\d s · exit 0 · 6 characters$/);
    expect(together.sentAt - before).toBeGreaterThanOrEqual(10 * 60_000);
  });

  test("are not sent at all where that is set, and held back in the quiet hours", async () => {
    for (const settings of [
      { reports: "off" } as const,
      { reports: "all", quiet: { from: 0, to: 1440, zone: "UTC" } } as const,
    ]) {
      await using bridge = new TestBridge({ settings, script: script(), speed: 100 });
      await bridge.start();
      bridge.telegram.writes(7, "go");
      const question = await shown(bridge, /wants to run sh/);
      bridge.telegram.presses(question, question.buttons[0]?.callback_data ?? "");
      await shown(bridge, /Done\./);
      expect(bridge.telegram.chat(7).filter(({ text }) => text.startsWith("⚙"))).toEqual([]);
    }
  });
});

test("the token stands in no log, no file of the home and no error", async () => {
  await using bridge = new TestBridge({ script: [say(`The token is ${TOKEN}.`)], speed: 100 });
  for (const description of [`Bad Request: ${TOKEN}`, "chat not found"])
    bridge.telegram.failures.push({ method: "sendMessage", code: 400, description });
  bridge.telegram.failures.push({ method: "getUpdates", code: 500, description: TOKEN });
  await bridge.start();
  bridge.telegram.writes(7, `is it ${TOKEN}?`);
  await handled(bridge);
  await until("a refusal is logged", async () => logOf(bridge).includes("could not be sent"));
  await bridge.stop();
  const written = [bridge.paths.telegram, `${bridge.paths.telegram}-wal`, bridge.paths.journal];
  const all = [logOf(bridge), ...written.map((path) => readOf(path)), bridge.said.join("")].join(
    "",
  );
  expect(all).not.toContain(TOKEN);
  expect(all).not.toContain(TOKEN.split(":")[1] ?? "");
});

function readOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
