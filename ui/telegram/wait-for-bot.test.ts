import { expect, test } from "bun:test";
import { BotApi } from "./bot-api.ts";
import { clockOf } from "./clock.ts";
import { waitForBot } from "./wait-for-bot.ts";

const TOKEN = `123456:${"A".repeat(35)}`;
const BOT = { ok: true, result: { id: 123_456, username: "org_bot" } };

/** A server of Telegram that gives these answers in order, and the last one from then on. */
function telegram(answers: readonly (() => Response)[]) {
  let asked = 0;
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: () => {
      asked += 1;
      return (answers[asked - 1] ?? answers.at(-1))?.() ?? new Response("");
    },
  });
  return {
    api: new BotApi({ token: TOKEN, server: `http://127.0.0.1:${server.port}` }),
    asked: () => asked,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

const busy = () => new Response("<h1>Bad Gateway</h1>", { status: 502 });

test("a bridge that starts before its network waits for Telegram, and says so once", async () => {
  await using server = telegram([busy, busy, () => Response.json(BOT)]);
  const said: string[] = [];
  const { signal } = new AbortController();
  const say = (text: string): void => void said.push(text);
  const options = { api: server.api, clock: clockOf(1000), say, signal };
  expect(await waitForBot(options)).toEqual(BOT.result);
  expect(server.asked()).toBe(3);
  expect(said).toEqual([expect.stringContaining("It is asked again until it answers.")]);
  expect(said.join("")).not.toContain("AAAA");
});

test("a token that is refused is not waited for", async () => {
  const refused = { ok: false, error_code: 401, description: "Unauthorized" };
  await using server = telegram([() => Response.json(refused, { status: 401 })]);
  const { signal } = new AbortController();
  const waiting = waitForBot({ api: server.api, clock: clockOf(), say: () => undefined, signal });
  await expect(waiting).rejects.toMatchObject({ code: "TELEGRAM_REFUSED" });
});

test("a user who stops it meanwhile ends the wait", async () => {
  await using server = telegram([busy]);
  const stop = new AbortController();
  const say = (): void => stop.abort(new Error("SIGINT"));
  const waiting = waitForBot({ api: server.api, clock: clockOf(), say, signal: stop.signal });
  await expect(waiting).rejects.toThrow("SIGINT");
});
