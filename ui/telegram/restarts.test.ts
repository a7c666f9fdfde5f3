/** Nothing is lost and nothing is taken twice, wherever the bridge is stopped. */
import { describe, expect, test } from "bun:test";
import { call, say } from "#test/scripted-answers.ts";
import { TestBridge } from "#test/telegram-bridge.ts";
import { TOKEN } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";
import { BotApi } from "./bot-api.ts";
import { BridgeStore } from "./bridge-store.ts";
import { updatesSchema } from "./update.ts";

class Killed extends Error {}

/** Steps that change something, of the store and of the chat. */
const STEPS = ["begin", "finish", "take", "sent", "setLive", "setRoom", "press", "report"];

interface Death {
  /** At which of its steps, from 1. */
  readonly at: number;
  /** Whether that step is still done. */
  readonly isDone: boolean;
  /** Which steps count. @default all */
  readonly names?: readonly string[];
}

/** A store that dies at its n-th step, before or after it is done. */
function dyingStore(path: string, { at, isDone, names = STEPS }: Death): BridgeStore {
  let steps = 0;
  const store = new BridgeStore(path, TOKEN.split(":")[0] ?? "");
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        const counts = names.includes(String(name));
        if (counts) steps += 1;
        if (counts && steps === at && !isDone) throw new Killed();
        const result: unknown = value.apply(target, given);
        if (counts && steps === at) throw new Killed();
        return result;
      };
    },
  });
}

/** So many steps has the conversation below when nothing is in its way. */
const CONVERSATION_STEPS = 28;
const ANSWERS = () => [call("sh", { cmd: "ls" }), say("Done with it."), say("Second answer.")];

/** What a user does, step by step, with a bridge that is started again whenever it died. */
async function converse(bridge: TestBridge, death: Death): Promise<void> {
  await bridge.start({ store: dyingStore(bridge.paths.telegram, death) });
  const restart = async (): Promise<void> => {
    const end = await bridge.ended().catch((error: unknown) => error);
    if (end === undefined) return;
    if (!(end instanceof Killed)) throw end;
    // The supervisor of the process starts it again.
    await bridge.start();
    await bridge.ended();
  };
  // Killed at its very last step, it need not come back; before it, why it does not is the answer.
  let failure: { readonly error: unknown } | undefined;
  restart().catch((error: unknown) => {
    failure = { error };
  });
  const has = (text: string) => async () => {
    if (failure !== undefined) throw failure.error;
    return bridge.telegram
      .chat(7)
      .find((message) => message.text.includes(text) && !message.text.endsWith("…"));
  };
  bridge.telegram.writes(7, "first line");
  const pressed = new Set<number>();
  await until("the first answer", async () => {
    // After a restart the question may stand there twice: the newer one counts.
    const question = bridge.telegram.chat(7).findLast(({ buttons }) => buttons.length === 2);
    if (question !== undefined && !pressed.has(question.message_id)) {
      pressed.add(question.message_id);
      bridge.telegram.presses(question, question.buttons[0]?.callback_data ?? "");
    }
    return await has("Done with it.")();
  });
  bridge.telegram.writes(7, "second line");
  await until("the second answer", has("Second answer."));
  await until("all is confirmed", async () => bridge.telegram.pending.length === 0);
}

describe("a bridge that dies", () => {
  test("at any step of a conversation, before it or after it, loses and doubles nothing", async () => {
    for (let at = 1; at <= CONVERSATION_STEPS; at += 1) {
      const isDone = at % 2 === 0;
      await using bridge = new TestBridge({ script: ANSWERS(), speed: 200, limits: false });
      await converse(bridge, { at, isDone });
      expect([at, await bridge.lines()]).toEqual([at, ["first line", "second line"]]);
      expect(bridge.requests).toHaveLength(3);
      const seen = bridge.telegram.chat(7).filter(({ text }) => text.includes("answer."));
      // What Telegram has and we could not write down any more is sent again, once.
      expect(seen.length).toBeLessThanOrEqual(2);
    }
  });

  test("between the journal and its own note takes the line once", async () => {
    await using bridge = new TestBridge({ script: [say("One."), say("Two.")] });
    const store = dyingStore(bridge.paths.telegram, { at: 1, isDone: false, names: ["finish"] });
    await bridge.start({ store });
    bridge.telegram.writes(7, "only once");
    await expect(bridge.ended()).rejects.toBeInstanceOf(Killed);
    expect(await bridge.lines()).toEqual(["only once"]);
    await bridge.start();
    await until("the answer", async () =>
      bridge.telegram.chat(7).some(({ text }) => text.endsWith("One.")),
    );
    await until("all is confirmed", async () => bridge.telegram.pending.length === 0);
    expect(await bridge.lines()).toEqual(["only once"]);
    expect(bridge.requests).toHaveLength(1);
  });

  test("in the middle of a command with effects says so instead of doing it again", async () => {
    await using bridge = new TestBridge();
    const store = dyingStore(bridge.paths.telegram, { at: 1, isDone: false, names: ["finish"] });
    await bridge.start({ store });
    bridge.telegram.writes(7, "/new");
    await expect(bridge.ended()).rejects.toBeInstanceOf(Killed);
    await bridge.start();
    await until("it is told", async () =>
      bridge.telegram
        .chat(7)
        .some(({ text }) => text.startsWith("The bridge was restarted in the middle of /new")),
    );
  });
});

describe("updates", () => {
  test("that come twice are taken once: 1,000 of them", async () => {
    await using bridge = new TestBridge({ speed: 500, limits: false });
    const from = 5000;
    const push = (): void => {
      for (let at = 0; at < 1000; at += 1) {
        const message = { message_id: at, chat: { id: 7, type: "private" }, date: 1 };
        const user = { id: 7, is_bot: false, first_name: "Ann" };
        bridge.telegram.push(
          { message: { ...message, from: user, text: `/mode${at % 2 ? "" : "@org_bot"}` } },
          from + at,
        );
      }
    };
    push();
    await bridge.start();
    await until("all are confirmed", async () => bridge.telegram.pending.length === 0);
    push();
    await until("all are confirmed again", async () => bridge.telegram.pending.length === 0);
    await until("all are answered", async () => bridge.telegram.chat(7).length >= 1000);
    await bridge.stop();
    expect(bridge.telegram.chat(7)).toHaveLength(1000);
  });

  test("that cannot be read hold up none behind them", async () => {
    await using bridge = new TestBridge({ speed: 100 });
    bridge.telegram.push({ message: { odd: true } });
    bridge.telegram.push({ something_new: {} });
    await bridge.start();
    bridge.telegram.writes(7, "/budget");
    await until("the answer", async () => bridge.telegram.chat(7).length === 1);
  });

  test("whose numbers begin anew after a week are taken", async () => {
    await using bridge = new TestBridge({ speed: 100 });
    await bridge.start();
    bridge.telegram.writes(7, "/budget");
    await until("the answer", async () => bridge.telegram.chat(7).length === 1);
    await bridge.stop();
    const message = {
      message_id: 99,
      chat: { id: 7, type: "private" },
      from: { id: 7, is_bot: false },
    };
    bridge.telegram.push({ message: { ...message, text: "/budget" } }, 3);
    await bridge.start();
    await until("the next answer", async () => bridge.telegram.chat(7).length === 2);
  });

  test("that another program asks for are left to it for a while, and it is said once", async () => {
    await using bridge = new TestBridge({ speed: 200 });
    await bridge.start();
    await until("it polls", async () => bridge.telegram.calls.includes("getUpdates"));
    const other = new BotApi({ token: TOKEN, server: bridge.telegram.url });
    const { signal } = new AbortController();
    await other.call("getUpdates", { timeout: 0 }, { signal, result: updatesSchema });
    await until("it is said", async () => bridge.said.length > 0);
    expect(bridge.said.join("")).toContain("[TELEGRAM_TAKEN]");
    bridge.telegram.writes(7, "/budget");
    await until("it goes on", async () => bridge.telegram.chat(7).length === 1);
    expect(bridge.said).toHaveLength(1);
  });

  test("of a bot with a webhook, and of one whose token is revoked, end the bridge", async () => {
    for (const [code, description, wanted] of [
      [409, "Conflict: can't use getUpdates method while webhook is active", "TELEGRAM_TAKEN"],
      [401, "Unauthorized", "TELEGRAM_REFUSED"],
    ] as const) {
      await using bridge = new TestBridge();
      bridge.telegram.failures.push({ method: "getUpdates", code, description });
      await bridge.start();
      await expect(bridge.ended()).rejects.toMatchObject({ code: wanted });
    }
  });
});

test("a line that waits while no process hosts the room is said when one does, once", async () => {
  await using bridge = new TestBridge({ script: [say("Here.")], speed: 100 });
  let tries = 0;
  const { OrgError } = await import("#core/errors.ts");
  const gone = () =>
    new OrgError("gone", {
      code: "OWNER_LOST",
      remedies: ["wait"],
      unchanged: "Nothing was sent.",
    });
  await bridge.start({
    openHost: async () => {
      tries += 1;
      if (tries < 4) throw gone();
      return bridge.host();
    },
  });
  bridge.telegram.writes(7, "anybody there?");
  await until("the answer", async () =>
    bridge.telegram.chat(7).some(({ text }) => text.endsWith("Here.")),
  );
  expect(await bridge.lines()).toEqual(["anybody there?"]);
});
