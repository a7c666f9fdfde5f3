/** What is learnt of a room that fell silent; the real program on a scripted server. */
import { expect, test } from "bun:test";
import { EXAM_PASS } from "./memory/observing.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { gate, say, several } from "./scripted-answers.ts";
import { type RecordedRequest, type Script, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const PLAIN = ["chat", "--plain"];
const SAID = "We deploy the shop on Fridays. What else?";
const KEPT = "We deploy the shop on Fridays.";

const isObserver = ({ body }: RecordedRequest): boolean =>
  String(body.messages[0]?.content).startsWith("You read lines that a user typed");

/** Each sentence is asked about alone before it is kept. */
const isJudge = ({ body }: RecordedRequest): boolean =>
  String(body.messages[0]?.content).startsWith("You decide which sentences of a chat");

/** Asked once for each model. */
const isExam = ({ body }: RecordedRequest): boolean =>
  String(body.messages[0]?.content).startsWith("Below are sentences that people said");

/** Offers sentences to the observer, and answers the user. */
function script(quotes: readonly string[], kind = "fact"): Script {
  return (request) => {
    if (isJudge(request)) return say("yes");
    return isObserver(request) ? offering(quotes, kind) : say("All right.");
  };
}

function offering(quotes: readonly string[], kind = "fact") {
  return say(JSON.stringify({ items: quotes.map((quote) => ({ quote, kind, text: "Title" })) }));
}

async function configure(home: TestHome, more = ""): Promise<void> {
  await Bun.write(`${home.path}/org.config`, `[observer]\nsilent_seconds = 1\n${more}`);
}

async function reviewed(home: TestHome): Promise<string> {
  return (await home.run(["memory", "review"])).stdout;
}

test("what a user said waits for a review once the room is silent, with the line that it came from", async () => {
  await using server = scriptedServer(script(["deploy the shop on Fridays", "All right."]));
  await using home = await testHome();
  await configure(home);
  const org = home.start(PLAIN, { url: server.url, stdin: `${SAID}\n`, keepsTyping: true });
  await org.stdout.shows("All right.");
  await until("a note to review", async () => (await reviewed(home)).includes(KEPT));
  const review = await reviewed(home);
  expect(review).toMatch(
    /^m1 · fact · human · .* · from room \S+, line 1: We deploy the shop on Fridays\. \(staged\)\n$/,
  );
  await org.write("/memory review\n");
  await org.stdout.shows("from room");
  await org.close();
  expect((await org.ended).stderr).toBe("");
  const listed = await home.run(["memory", "list"]);
  expect(listed.stdout).toBe("");
  expect((await home.run(["memory", "verify"])).stdout).toStartWith("✔ notes: 0, to review: 1");
});

test("a user who types is answered at once: what is being observed is given back, and learnt later", async () => {
  const never = gate();
  let asked = 0;
  await using server = scriptedServer((request) => {
    if (isExam(request)) return say(EXAM_PASS);
    if (isJudge(request)) return say("yes");
    if (!isObserver(request)) return say("All right.");
    asked += 1;
    return asked === 1 ? several(never, say("{}")) : offering(["deploy the shop on Fridays"]);
  });
  await using home = await testHome();
  await configure(home);
  const org = home.start(PLAIN, { url: server.url, stdin: `${SAID}\n`, keepsTyping: true });
  await never.reached;
  await org.write("Are you there?\n");
  // Behind the user's line and the exam of the model.
  await (await server.request(2)).closed;
  await org.stdout.shows(/All right\.[\s\S]*All right\./);
  await until("a note to review", async () => (await reviewed(home)).includes(KEPT));
  await org.close();
  expect((await org.ended).exitCode).toBe(0);
});

test("a room that was left is found by the next process, which shows no error where no model answers", async () => {
  await using home = await testHome();
  await using server = scriptedServer(script(["deploy the shop on Fridays"]));
  await configure(home);
  const first = await home.run(PLAIN, { url: server.url, stdin: `${SAID}\n` });
  expect(first.exitCode).toBe(0);
  // The next process finds the room that was left, and a server that does not answer.
  const org = home.start(PLAIN, { keepsTyping: true });
  await until("a job that waits", async () => {
    return await Bun.file(home.paths.queue).exists();
  });
  await org.close();
  const { stdout, stderr } = await org.ended;
  expect(`${stdout}${stderr}`).not.toMatch(/observ|PROVIDER_UNREACHABLE.*observ/);
  expect(server.requests).toHaveLength(1);
});

const ROUNDS = 20;

test("kill -9 between a call and its commit: each line is learnt once, and the memory is whole", async () => {
  const held = new Map<number, ReturnType<typeof gate>>();
  const answered = new Set<number>();
  const lineOf = (round: number) => `The pebble k${round} lies in the garden.`;
  await using server = scriptedServer((request) => {
    if (isExam(request)) return say(EXAM_PASS);
    if (isJudge(request)) return say("yes");
    if (!isObserver(request)) return say("All right.");
    const rounds = [...String(request.body.messages[1]?.content).matchAll(/pebble k(\d+) /g)];
    const offers = offering(rounds.map(([, round]) => lineOf(Number(round))));
    const newest = Math.max(...rounds.map(([, round]) => Number(round)));
    const hold = held.get(newest);
    if (hold === undefined) return offers;
    held.delete(newest);
    void request.over.then(() => answered.add(newest));
    // Before the answer, or behind it.
    return newest % 2 === 0 ? several(hold, offers) : several(offers, hold);
  });
  await using home = await testHome();
  await configure(home);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const hold = gate();
    held.set(round, hold);
    const stdin = `${lineOf(round)}\n`;
    const org = home.start(PLAIN, { url: server.url, stdin, keepsTyping: true });
    await hold.reached;
    if (round % 2 === 1) {
      hold.open();
      await until("the end of the answer", () => Promise.resolve(answered.has(round)));
      // Somewhere between the end of the answer and the commit, or right behind it.
      await Bun.sleep(round);
    }
    org.signal("SIGKILL");
    await org.ended;
    hold.open();
  }
  const org = home.start(PLAIN, { url: server.url, keepsTyping: true });
  await until("all of them", async () => {
    return (await reviewed(home)).split("(staged)").length === ROUNDS + 1;
  });
  await org.close();
  await org.ended;
  const notes = (await home.run(["memory", "list", "--all", "--json"])).stdout.trim().split("\n");
  const texts = notes.map((row) => JSON.parse(row)).map(({ text, seen }) => [text, seen]);
  const all = Array.from({ length: ROUNDS }, (_, n) => [lineOf(n + 1), 1]);
  expect(texts.sort()).toEqual(all.sort());
  expect((await home.run(["memory", "verify"])).stdout).toStartWith(
    `✔ notes: 0, to review: ${ROUNDS},`,
  );
});
