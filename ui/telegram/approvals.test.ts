import { describe, expect, test } from "bun:test";
import { call, say } from "#test/scripted-answers.ts";
import { TestBridge, type TestBridgeOptions } from "#test/telegram-bridge.ts";
import { ANN, type ShownMessage, type TelegramDouble } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";

const BOB = { id: 8, is_bot: false, first_name: "Bob" };
const GROUP = { id: -5, type: "supergroup" };

/** A bridge in whose chat a question waits. */
async function asked(
  options: TestBridgeOptions = {},
  { cmd = "rm -r a", prepare }: { cmd?: string; prepare?: (double: TelegramDouble) => void } = {},
): Promise<Asked> {
  const script = [call("sh", { cmd }), say("Done.")];
  const bridge = new TestBridge({ script, ...options });
  prepare?.(bridge.telegram);
  await bridge.start();
  bridge.telegram.writes(7, "go");
  const question = await until("the question", async () =>
    bridge.telegram.chat(7).find(({ text }) => text.includes("wants to run sh")),
  );
  const dataOf = (label: string): string =>
    question.firstButtons.find(({ text }) => text === label)?.callback_data ?? "";
  return {
    bridge,
    question,
    allow: dataOf("Allow once"),
    refuse: dataOf("Refuse"),
    [Symbol.asyncDispose]: () => bridge[Symbol.asyncDispose](),
  };
}

interface Asked extends AsyncDisposable {
  readonly bridge: TestBridge;
  readonly question: ShownMessage;
  readonly allow: string;
  readonly refuse: string;
}

/** What became of the call, by what the model was told of it. */
async function outcome(bridge: TestBridge): Promise<string> {
  await until("the model is asked again", async () => bridge.requests.length >= 2);
  return JSON.stringify(bridge.requests[1]?.body.messages.at(-1));
}

async function toast(bridge: TestBridge, count = 1): Promise<string> {
  await until("the press is answered", async () => bridge.telegram.toasts.length >= count);
  return bridge.telegram.toasts[count - 1] ?? "";
}

describe("a question for an approval", () => {
  test("shows the exact call, and the buttons carry nothing of it", async () => {
    await using it = await asked({}, { cmd: "rm '<b>' && ls" });
    expect(it.question.text).toContain("cmd: rm '<b>' && ls");
    expect(it.question.text).toMatch(/until \d\d:\d\d:\d\d UTC$/);
    expect(it.allow).toMatch(/^y:[\w-]{22}$/);
    expect(it.refuse).toBe(it.allow.replace("y:", "n:"));
  });

  test("is answered with one press, and the message says so", async () => {
    await using it = await asked();
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await outcome(it.bridge)).toContain("ran rm -r a");
    expect(await toast(it.bridge)).toBe("Allowed once.");
    await until("the message says so", async () => it.question.text.includes("✔ Allowed once"));
    expect(it.question.buttons).toEqual([]);
    expect(it.question.text).toContain("cmd: rm -r a");
  });

  test("is answered by a user who presses before the bridge has been told which message it is", async () => {
    const told = Promise.withResolvers<void>();
    const prepare = (double: TelegramDouble): void => {
      double.beforeSent = told.promise;
    };
    await using it = await asked({}, { prepare });
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await toast(it.bridge)).toBe("Allowed once.");
    told.resolve();
    expect(await outcome(it.bridge)).toContain("ran rm -r a");
    await until("the message says so", async () => it.question.text.includes("✔ Allowed once"));
    expect(it.question.buttons).toEqual([]);
  });

  test("is not asked again where its user has pressed, and Telegram's answer was lost", async () => {
    const lost = Promise.withResolvers<void>();
    const prepare = (double: TelegramDouble): void => {
      double.beforeSent = lost.promise;
      double.failures.push({ method: "sendMessage", code: 502, afterwards: true });
    };
    await using it = await asked({}, { prepare });
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await toast(it.bridge)).toBe("Allowed once.");
    lost.resolve();
    await until("the message says so", async () => it.question.text.includes("✔ Allowed once"));
    const asks = it.bridge.telegram.chat(7).filter(({ firstButtons }) => firstButtons.length > 0);
    expect(asks).toHaveLength(1);
  });

  test("that is refused does not run", async () => {
    await using it = await asked();
    it.bridge.telegram.presses(it.question, it.refuse);
    expect(await outcome(it.bridge)).not.toContain("ran rm");
    await until("the message says so", async () => it.question.text.includes("✘ Refused"));
  });

  test("counts once: pressed again, it changes nothing", async () => {
    await using it = await asked();
    it.bridge.telegram.presses(it.question, it.refuse);
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await toast(it.bridge, 2)).toBe("It was answered already.");
    expect(await outcome(it.bridge)).not.toContain("ran rm");
  });

  test("that another screen has answered says what became of it", async () => {
    await using it = await asked();
    await it.bridge
      .host()
      .answer({ room: "telegram-7", id: "A1", approved: false }, new AbortController().signal);
    await until("the message says so", async () => it.question.text.includes("✘ Refused"));
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await toast(it.bridge)).toContain("it was denied; an approval counts once");
    expect(await outcome(it.bridge)).not.toContain("ran rm");
  });

  test("that has expired says so", async () => {
    await using it = await asked({ expiresMs: 200 });
    expect(await outcome(it.bridge)).not.toContain("ran rm");
    await until("the message says so", async () =>
      it.question.text.includes("✘ Not answered in time"),
    );
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await toast(it.bridge)).toBe("It was not answered in time.");
  });

  test("too long to be judged on a telephone has no buttons", async () => {
    await using it = await asked({}, { cmd: "x".repeat(3001) });
    expect(it.question.buttons).toEqual([]);
    expect(it.question.text).toContain(
      "Look at it in the terminal: org approvals, then org approve A1",
    );
    expect(it.question.text).not.toContain("xxx");
  });

  test("can be answered after a restart", async () => {
    await using it = await asked();
    await it.bridge.stop();
    await it.bridge.start();
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await outcome(it.bridge)).toContain("ran rm -r a");
  });
});

describe("a forged press", () => {
  const settings = { chats: [7, 9, -5], users: [7, 9] };

  test.each([
    ["of a user who is not on the list", (it: Asked) => it.allow, { from: BOB }],
    ["of a bot", (it: Asked) => it.allow, { from: { ...ANN, is_bot: true } }],
    [
      "in another chat of the list",
      (it: Asked) => it.allow,
      { from: { ...ANN, id: 9 }, message: { message_id: 2, chat: { id: 9, type: "private" } } },
    ],
    ["in a group", (it: Asked) => it.allow, { message: { message_id: 2, chat: GROUP } }],
    ["without a message", (it: Asked) => it.allow, { message: undefined }],
    ["with an id that was never given out", () => `y:${"A".repeat(22)}`, {}],
    ["with changed data", (it: Asked) => `${it.allow.slice(0, -1)}!`, {}],
    ["with the id of the question", () => "y:A1", {}],
    ["with the call itself", () => 'y:{"cmd":"rm"}', {}],
    ["with SQL", () => "y:' or 1=1 --", {}],
  ])("%s does nothing", async (_name, dataOf, change) => {
    await using it = await asked({ settings });
    it.bridge.telegram.presses(it.question, dataOf(it), change);
    await until("it is handled", async () => it.bridge.telegram.pending.length === 0);
    expect(it.bridge.requests).toHaveLength(1);
    expect(it.question.buttons).toHaveLength(2);
    for (const said of it.bridge.telegram.toasts) expect(said).toBe("This button is not valid.");
    // And the question is still open.
    it.bridge.telegram.presses(it.question, it.allow);
    expect(await outcome(it.bridge)).toContain("ran rm -r a");
  });

  test("of another message of the same chat does nothing", async () => {
    await using it = await asked({ settings });
    // Then the bridge has been told which message it is.
    await it.bridge.stop();
    await it.bridge.start();
    const other = { ...it.question, message_id: it.question.message_id + 1 };
    it.bridge.telegram.presses(other, it.allow);
    expect(await toast(it.bridge)).toBe("This button is not valid.");
    expect(it.bridge.requests).toHaveLength(1);
  });

  test("with the id of a question of another room does nothing there", async () => {
    await using it = await asked({
      settings,
      script: [call("sh", { cmd: "a" }), call("sh", { cmd: "b" }), say("x")],
    });
    it.bridge.telegram.presses(it.question, it.allow);
    const second = await until("the next question", async () =>
      it.bridge.telegram.chat(7).find(({ text }) => text.includes("cmd: b")),
    );
    it.bridge.telegram.presses(second, it.allow);
    expect(await toast(it.bridge, 2)).toBe("This button is not valid.");
    expect(it.bridge.requests).toHaveLength(2);
  });
});
