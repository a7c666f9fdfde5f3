/** What a room says itself where no model can be reached. */
import { describe, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { JournaledEvent } from "#core/events.ts";
import { ProviderWatch } from "#home/provider-watch.ts";
import { homeMemory } from "#test/memory/home-memory.ts";
import {
  entriesOf,
  memoryWorkspace,
  openTestRoom,
  sayAndWait,
  spoken,
  type TestRoomOptions,
  testJournal,
} from "#test/room-fixture.ts";
import { respond, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

/** Nothing listens there. */
const DEAD = "http://127.0.0.1:9";
const MARK = "⚡ no model answered (PROVIDER_UNREACHABLE); the room itself says:";

/** Says a line in a room whose model server cannot be reached. */
async function alone(line: string, options: Partial<TestRoomOptions> = {}) {
  await using home = await testJournal();
  await using room = await openTestRoom({ journal: home.journal, url: DEAD, ...options });
  const events = await sayAndWait(room, line);
  const said = spoken(events).map((text) => text.replace("agent: ", ""));
  return { events, said, entries: await entriesOf(home.journal) };
}

const endsOf = (events: readonly { readonly type: string }[]) =>
  (events as readonly JournaledEvent[]).flatMap((event) =>
    event.type === "turn-end" ? [event.reason] : [],
  );

describe("where no model is reached a room answers", () => {
  test("what files there are", async () => {
    const workspace = memoryWorkspace();
    for (const path of ["plan.md", "src/a.ts"]) await workspace.write(path, "");
    const { said, events } = await alone("Please list the files.", { workspace });
    expect(said).toEqual([`${MARK}\n\`\`\`\nplan.md\nsrc/a.ts\n\`\`\``]);
    expect(endsOf(events)).toEqual(["passed", "complete"]);
    expect((await alone("list files")).said).toEqual([
      `${MARK}\n\`\`\`\nThere are no files.\n\`\`\``,
    ]);
  });

  test("what it is told of jobs, and what stands in their way", async () => {
    const jobs = () => Promise.resolve("job_1 running");
    expect((await alone("jobs", { jobs })).said[0]).toContain("\njob_1 running\n");
    const busy = () => Promise.reject(new OrgError("Held", { code: "HOME_BUSY", remedies: [] }));
    expect((await alone("jobs", { jobs: busy })).said[0]).toContain("\nHeld [HOME_BUSY]\n");
    expect((await alone("jobs")).said[0]).toContain("\nJobs are not known here.\n");
  });

  test("its state, its tools, and which lines it knows", async () => {
    expect((await alone("status")).said[0]).toContain(`agent     m on ${DEAD}`);
    expect((await alone("tools?")).said[0]).toContain("\nchat_mode  ");
    expect((await alone("help")).said[0]).toContain("\n  search memory for WORDS\n");
  });

  test("what is noted, as far as all may see it", async () => {
    await using kept = homeMemory();
    await using home = await testJournal();
    const source = kept.held.source(home.journal);
    const memory = await source.open();
    const human = { trust: "human", origin: "human" } as const;
    const note = (text: string) => ({ text, kind: "fact" as const });
    await memory.save(note("The shop opens at nine."), human);
    await memory.save({ ...note("The shop is sold."), scope: "persona:python" }, human);
    await using room = await openTestRoom({ journal: home.journal, url: DEAD, memory: source });
    const [said] = spoken(await sayAndWait(room, "search memory for shop"));
    expect(said).toContain("m1 · fact · human");
    expect(said).not.toContain("sold");
    const { said: none } = await alone("search memory for shop");
    expect(none[0]).toContain("keeps no memory");
  });
});

test.each(["list files and jobs", "help me with my taxes", "Hello"])(
  "%j fails as it did before",
  async (line) => {
    const { said, events } = await alone(line);
    expect(said).toEqual([]);
    expect(endsOf(events)).toEqual(["error"]);
  },
);

test.each(["direct:python", "group"])(
  "a line said in the mode %s is answered once",
  async (mode) => {
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: DEAD });
    await (await room.say("help", { mode })).done;
    const all = await entriesOf(home.journal);
    expect(endsOf(all.map(({ event }) => event))).toEqual(["passed", "complete"]);
  },
);

test("a model that can be reached is asked, and what it refuses is shown", async () => {
  await using server = scriptedServer([say("I have none."), respond(401, "no")]);
  await using home = await testJournal();
  await using room = await openTestRoom({ journal: home.journal, url: server.url });
  expect(spoken(await sayAndWait(room, "list files"))).toEqual(["agent: I have none."]);
  expect(endsOf(await sayAndWait(room, "list files"))).toEqual(["error"]);
});

test("no model reads the mark later, and the words count as foreign", async () => {
  const { entries } = await alone("help");
  const starts = entries.flatMap(({ event }) => (event.type === "turn-start" ? [event] : []));
  expect(starts).toMatchObject([{ model: "m" }, { rule: 0, readsFiles: true }]);
  await using server = scriptedServer(() => say("Ok."));
  await using home = await testJournal();
  for (const { event } of entries)
    await home.journal.append("test", { key: crypto.randomUUID(), event });
  await using room = await openTestRoom({ journal: home.journal, url: server.url });
  await sayAndWait(room, "Thanks.");
  const prompt = JSON.stringify(server.requests.at(-1)?.body.messages);
  expect(prompt).toContain("search memory for WORDS");
  expect(prompt).not.toContain("⚡");
});

test("a server that a rule or the room stood in for is not called well", () => {
  const watch = new ProviderWatch();
  const who = { persona: "agent" };
  const start = { type: "turn-start", message: "m", model: "m", window: 1, ...who } as const;
  watch.see({
    type: "turn-end",
    turn: "t1",
    reason: "passed",
    code: "PROVIDER_UNREACHABLE",
    ...who,
  });
  expect(watch.state.state).toBe("down");
  watch.see({ ...start, turn: "t2", rule: 0 });
  watch.see({ type: "turn-end", turn: "t2", reason: "complete", ...who });
  expect(watch.state.state).toBe("down");
  watch.see({ ...start, turn: "t3" });
  watch.see({ type: "turn-end", turn: "t3", reason: "complete", ...who });
  expect(watch.state.state).toBe("up");
});
