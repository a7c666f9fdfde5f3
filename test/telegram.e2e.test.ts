/** The real `org telegram` beside the real `org serve`: killed with SIGKILL, and stopped as a supervisor does. */
import { expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { call, gate, say, several } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { TelegramDouble, TOKEN } from "./telegram-double.ts";
import { until } from "./until.ts";

async function start(home: TestHome, model: ScriptedServer): Promise<OrgProcess> {
  const environment = { ORG_TELEGRAM_TOKEN: TOKEN };
  const process = home.start(["telegram", "-v"], { url: model.url, environment });
  await process.stderr.line((line) => line.includes("@org_bot talks with 1 chat"));
  return process;
}

const configure = async (home: TestHome, telegram: TelegramDouble): Promise<unknown> =>
  await Bun.write(
    join(home.path, "org.config"),
    `[telegram]\nchats = [7]\nserver = "${telegram.url}"\n`,
  );

const has = (telegram: TelegramDouble, text: string) => async (): Promise<boolean> =>
  telegram.chat(7).some((message) => message.text.endsWith(text));

async function messagesIn(home: TestHome): Promise<readonly string[]> {
  const { stdout } = await home.run(["log", "telegram-7", "--export", "json"]);
  const lines = [...stdout.matchAll(/"type":\s*"message".*?"text":\s*"([^"]*)"/gs)];
  return lines.map(([, text = ""]) => text);
}

/** Everything that the home has on disk, but for what a model or a user may have written. */
async function logsOf(home: TestHome): Promise<string> {
  const names = await readdir(home.paths.logs);
  const texts = names.map((name) => readFile(join(home.paths.logs, name), "utf8"));
  return (await Promise.all(texts)).join("");
}

test("killed while it writes, it goes on where it was, and nothing is said twice", async () => {
  const [seen, held] = [gate(), gate()];
  const answers = [
    say("First."),
    several(say("Second is "), seen, say("quite "), held, say("long.")),
    say("Third."),
    say("Fourth."),
  ];
  await using model = scriptedServer(answers);
  await using telegram = new TelegramDouble();
  await using home = await testHome();
  await configure(home, telegram);
  const serve = home.start(["serve", "--port", "0"], { url: model.url });
  await serve.stderr.line((line) => line.includes("serves on"));

  const first = await start(home, model);
  telegram.writes(7, "one");
  await until("the first answer", has(telegram, "First."));
  telegram.writes(7, "two");
  await until("it is being written", has(telegram, "Second is …"));
  seen.open();
  // Once it is edited, the bridge has written down which message it is.
  await until("it is edited", has(telegram, "Second is quite …"));
  first.signal("SIGKILL");
  await first.ended;
  // Written while no bridge listens: the rooms go on, and Telegram keeps what users write.
  held.open();
  telegram.writes(7, "three");

  const second = await start(home, model);
  await until("the second answer", has(telegram, "Second is quite long."));
  await until("the third answer", has(telegram, "Third."));
  await until("all is confirmed", async () => telegram.pending.length === 0);
  expect(await messagesIn(home)).toEqual(["one", "two", "three"]);
  expect(telegram.chat(7).filter(({ text }) => text.includes("Second"))).toHaveLength(1);
  expect(telegram.violations).toEqual([]);

  // The other way round: who hosts the rooms goes, and the bridge does not take the home meanwhile.
  serve.signal("SIGKILL");
  await serve.ended;
  telegram.writes(7, "four");
  await until("it is noticed", async () =>
    (await logsOf(home)).includes("the host of the rooms has gone"),
  );
  const next = home.start(["serve", "--port", "0"], { url: model.url });
  await next.stderr.line((line) => line.includes("serves on"));
  await until("the fourth answer", has(telegram, "Fourth."));
  expect(await messagesIn(home)).toEqual(["one", "two", "three", "four"]);

  second.signal("SIGTERM");
  const ended = await second.ended;
  expect(ended.exitCode).toBe(143);
  next.signal("SIGTERM");
  const said = (await next.ended).stderr + ended.stderr + ended.stdout + (await logsOf(home));
  expect(said).not.toContain(TOKEN);
}, 600_000);

test("without another org it hosts the rooms itself, and other commands reach them", async () => {
  const answers = [say("Hello."), call("send_telegram", { text: "Ping!" }), say("Sent.")];
  await using model = scriptedServer(answers);
  await using telegram = new TelegramDouble();
  await using home = await testHome();
  await configure(home, telegram);
  const bridge = await start(home, model);
  telegram.writes(7, "hi");
  await until("the answer", has(telegram, "Hello."));
  expect(await messagesIn(home)).toEqual(["hi"]);
  telegram.writes(7, "/jobs");
  await until("the jobs", async () => telegram.chat(7).length === 2);
  telegram.writes(7, "ping me");
  const question = await until("the question", async () =>
    telegram.chat(7).find(({ text }) => text.includes("agent wants to run send_telegram")),
  );
  telegram.presses(question, question.buttons[0]?.callback_data ?? "");
  await until("the message", has(telegram, "Ping!"));
  await until("the answer behind it", has(telegram, "Sent."));
  const environment = { ORG_TELEGRAM_TOKEN: TOKEN };
  const twice = await home.run(["telegram"], { environment });
  expect(twice.exitCode).toBe(75);
  expect(twice.stderr).toStartWith("Another org telegram runs in this home [LOCK_HELD]");
  bridge.signal("SIGTERM");
  await bridge.ended;
}, 600_000);

test("what is missing or wrong is said before anything starts, and the token never", async () => {
  await using telegram = new TelegramDouble();
  await using home = await testHome();
  const run = async (token: string | undefined, ...args: readonly string[]) =>
    await home.run(["telegram", ...args], {
      environment: token === undefined ? {} : { ORG_TELEGRAM_TOKEN: token },
    });
  const none = await run(undefined);
  expect(none).toMatchObject({ exitCode: 78 });
  expect(none.stderr).toStartWith("There is no Telegram bot [CONFIG_INVALID]\n");
  const noUser = await run(TOKEN);
  expect(noUser).toMatchObject({ exitCode: 78 });
  expect(noUser.stderr).toStartWith("No user may use the bot [CONFIG_INVALID]\n");
  expect(noUser.stderr).toContain("→ org telegram --ids");
  await configure(home, telegram);
  const wrong = await run(`${TOKEN}x`);
  expect(wrong).toMatchObject({ exitCode: 77 });
  expect(wrong.stderr).toStartWith("Telegram does not know this bot [TELEGRAM_REFUSED]\n");
  const odd = await run("not a token/../x");
  expect(odd).toMatchObject({ exitCode: 78 });
  for (const { stdout, stderr } of [none, noUser, wrong, odd])
    expect(stdout + stderr).not.toMatch(/AAHdouble|not a token\/\.\./);
  telegram.writes(-5, "hello", { id: 9, is_bot: false, first_name: "Eve \u001b[31m!" });
  const ids = home.start(["telegram", "--ids"], { environment: { ORG_TELEGRAM_TOKEN: TOKEN } });
  expect(await ids.stdout.line(() => true)).toBe("chat -5 (supergroup), user 9 Eve !");
  expect(telegram.pending).toHaveLength(1);
}, 600_000);
