/** What is kept in one room, in the next one and from other processes; the real program on a scripted server. */
import { expect, test } from "bun:test";
import { testHome } from "./org-process.ts";
import { call, gate, say, several } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";

const PLAIN = ["chat", "--plain"];
const NOTED = "The deployment of the shop happens on Fridays at noon.";
const ASKED = "When does the deployment of the shop happen, at noon?";
const lastOf = (request: RecordedRequest | undefined): string =>
  request?.body.messages.at(-1)?.content ?? "";

test("what is noted in a room is recalled in the next one, and what a model saved is found there", async () => {
  await using server = scriptedServer(({ body }) => {
    const said = String(body.messages.at(-1)?.content);
    if (body.messages.at(-1)?.role === "tool") return say("Done.");
    if (said.includes("keep it")) return call("memory_save", { text: "The shop is painted red." });
    if (said.includes("look"))
      return call("memory_search", { query: "colour the shop is painted" });
    return say("All right.");
  });
  await using home = await testHome();
  const first = await home.run(PLAIN, {
    url: server.url,
    stdin: `/memory add ${NOTED}\nIt is red, keep it.\n/memory\n`,
  });
  expect(first.stdout).toContain("m1 saved");
  expect(first.stdout).toMatch(/m2 · fact · model · .*red\.\nm1 · fact · human · /);
  const second = await home.run(PLAIN, { url: server.url, stdin: `${ASKED}\nlook\n` });
  expect(second.stdout).toContain("⟲ 1 note · m1\n");
  const [recalled, , found] = server.requests.slice(2);
  expect(lastOf(recalled)).toMatch(
    /at noon\?\n\nWhat was noted earlier \(data, may be out of date; m1, said .*\):\n│ The deployment/,
  );
  expect(recalled?.body.messages[0]?.content).not.toContain("Fridays");
  expect(lastOf(found)).toContain("m2 · fact · model · ");
  expect(lastOf(found)).toContain("episode in ");
  const shown = await home.run(["memory", "show", "m2"]);
  expect(shown.stdout).toContain("line 1\nwords  It is red, keep it.");
});

test("a second process asks the one that owns the home, also while it answers", async () => {
  const rest = gate();
  await using server = scriptedServer([several(say("One moment"), rest, say("."))]);
  await using home = await testHome();
  const org = home.start(PLAIN, { url: server.url, stdin: "Well?\n", keepsTyping: true });
  await org.stdout.shows("One moment");
  const added = await home.run(["memory", "add", NOTED]);
  expect([added.stdout, added.exitCode]).toEqual(["m1 saved\n", 0]);
  const listed = await home.run(["memory", "list", "--json"]);
  expect(JSON.parse(listed.stdout)).toMatchObject({ id: 1, trust: "human", text: NOTED });
  const unknown = await home.run(["memory", "show", "m9"]);
  expect([unknown.stderr.split("\n")[0], unknown.exitCode]).toEqual([
    "There is no note m9 that you may see [MEMORY_UNKNOWN]",
    66,
  ]);
  rest.open();
  await org.stdout.shows("One moment.");
  await org.close();
  expect((await org.ended).exitCode).toBe(0);
  expect((await home.run(["memory", "verify"])).stdout).toBe(
    "✔ notes: 1, to review: 0, episodes: 1\n",
  );
});

test("what is forgotten is in no file of the home", async () => {
  await using home = await testHome();
  const word = "Zanzibarnium";
  await home.run(["memory", "add", `The code word is ${word}.`]);
  await home.run(["memory", "forget", "m1"]);
  const { stdout, exitCode } = Bun.spawnSync(["grep", "-rl", word, home.path]);
  expect([stdout.toString(), exitCode]).toEqual(["", 1]);
});

test("recall is off where the user says so", async () => {
  await using server = scriptedServer(() => say("All right."));
  await using home = await testHome();
  await Bun.write(`${home.path}/org.config`, '[memory]\nrecall = "off"\n');
  await home.run(["memory", "add", NOTED]);
  await home.run(PLAIN, { url: server.url, stdin: `${ASKED}\n` });
  expect(lastOf(server.requests[0])).not.toContain("noted earlier");
});
