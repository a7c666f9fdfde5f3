/** What is learnt of a room that fell silent; the real program on a scripted server. */
import { expect, test } from "bun:test";
import { type TestHome, testHome } from "./org-process.ts";
import { say } from "./scripted-answers.ts";
import { type RecordedRequest, type Script, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const PLAIN = ["chat", "--plain"];
const SAID = "We deploy the shop on Fridays. What else?";
const KEPT = "We deploy the shop on Fridays.";

const isObserver = ({ body }: RecordedRequest): boolean =>
  String(body.messages[0]?.content).startsWith("You read lines that a user typed");

/** Offers sentences to the observer, and answers the user. */
function script(quotes: readonly string[], kind = "fact"): Script {
  return (request) => (isObserver(request) ? offering(quotes, kind) : say("All right."));
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
  expect(review).toMatch(/^m1 · fact · human · .*: We deploy the shop on Fridays\. \(staged\)\n/);
  expect(review).toMatch(/\n {2}from room \S+, line 1\n$/);
  await org.write("/memory review\n");
  await org.stdout.shows("from room");
  await org.close();
  expect((await org.ended).stderr).toBe("");
  const listed = await home.run(["memory", "list"]);
  expect(listed.stdout).toBe("");
  expect((await home.run(["memory", "verify"])).stdout).toStartWith("✔ notes: 0, to review: 1");
});
