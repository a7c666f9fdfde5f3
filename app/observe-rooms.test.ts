import { describe, expect, spyOn, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { Note } from "#core/memory.ts";
import { type Observing, observing, offer, offering } from "#test/memory/observing.ts";
import { DONE } from "#test/memory-provider.ts";

const SAID = "We deploy the shop on Fridays.";
const AUTO = '[observer]\npromotion = "auto"\n';
const HUMAN = { trust: "human", origin: "human" } as const;

async function notesOf(home: Observing): Promise<readonly Note[]> {
  return (await home.memory()).list("human", ["staged", "active"]);
}

function failure(code: "BUDGET_SPENT" | "PROVIDER_UNREACHABLE" | "STREAM_ERROR" | "MODEL_MISSING") {
  return new OrgError("It failed", { code, remedies: [] });
}

const queued = async ({ queue }: Observing) => (await queue.stats("observe")).depth.queued;

describe("what is learnt", () => {
  test("waits for the user's review, with the line that it came from", async () => {
    await using home = await observing(offering("deploy the shop on Fridays"));
    await home.talk.exchange("r", [SAID, "Noted: deploy the shop on Fridays."]);
    expect(await home.observe(["r"])).toBe("done");
    expect(await notesOf(home)).toMatchObject([
      {
        ...{ text: SAID, state: "staged", trust: "human", origin: "observer", room: "r", seq: 1 },
        ...{ kind: "fact", scope: "room", quote: "deploy the shop on Fridays" },
      },
    ]);
    const job = await home.queue.get("observe", "r:4");
    expect(JSON.parse(job?.result ?? "")).toEqual({ room: "r", through: 4, kept: 1, refused: {} });
  });

  test("is kept at once where the user wants it so, but for procedures", async () => {
    const items = [
      { quote: "deploy the shop on Fridays", kind: "fact", text: "" },
      { quote: "we run make ship and tag it", kind: "procedure", text: "" },
      { quote: "the office is in Graz", kind: "insight", text: "" },
    ];
    await using home = await observing(() => offer(items), AUTO);
    await home.talk.line("r", `${SAID} For that we run make ship and tag it.`);
    await home.talk.line("r", "And the office is in Graz.");
    await home.observe(["r"]);
    expect((await notesOf(home)).map(({ kind, state }) => [kind, state])).toEqual([
      ["fact", "active"],
      ["procedure", "staged"],
      ["fact", "active"],
    ]);
  });

  test("takes no other note's place by itself: it proposes to", async () => {
    await using home = await observing(offering("any more, we deploy it on Mondays"), AUTO);
    const memory = await home.memory();
    await memory.save({ text: SAID, kind: "fact" }, HUMAN);
    await home.talk.line(
      "r",
      "We don't deploy the shop on Fridays any more, we deploy it on Mondays.",
    );
    await home.observe(["r"]);
    expect(await notesOf(home)).toMatchObject([
      { state: "staged", proposes: 1 },
      { id: 1, state: "active", supersededBy: undefined },
    ]);
    await memory.trust(2);
    expect(memory.list("human")).toMatchObject([{ id: 2 }]);
  });

  test("is between a persona and the user where it was said directly", async () => {
    await using home = await observing(offering("deploy the shop on Fridays"));
    await home.talk.line("r", SAID, { mode: "direct:python", to: ["python"] });
    await home.observe(["r"]);
    expect(await notesOf(home)).toMatchObject([{ scope: "persona:python" }]);
  });

  test("is nothing that the model, asked about the sentence alone, says will pass", async () => {
    const script = offering("deploy the shop on Fridays", "The office is in Graz");
    const lasts = (sentence: string) => (sentence === SAID ? "Yes." : "Perhaps, yes");
    await using home = await observing(script, "", { lasts });
    await home.talk.line("r", SAID);
    await home.talk.line("r", "The office is in Graz.");
    await home.observe(["r"]);
    expect(await notesOf(home)).toMatchObject([{ text: SAID }]);
    const job = await home.queue.get("observe", "r:2");
    expect(JSON.parse(job?.result ?? "")).toMatchObject({ kept: 1, refused: { passing: 1 } });
  });

  test("is learnt once, however often a room is observed", async () => {
    await using home = await observing(offering("deploy the shop on Fridays"));
    await home.talk.line("r", SAID);
    await home.observe(["r"]);
    await home.observe(["r"]);
    await home.talk.line("r", "The office is in Graz.");
    await home.observe(["r"]);
    expect(await notesOf(home)).toHaveLength(1);
    expect((await notesOf(home))[0]?.seen).toBe(1);
    expect(home.picks()).toHaveLength(2);
    expect(home.picks()[1]?.messages[1]?.content).not.toContain("Fridays");
  });
});

describe("what a model is asked", () => {
  test("are the user's lines alone, at most 16 at once, to be answered in a shape", async () => {
    await using home = await observing(offering());
    for (let n = 0; n < 17; n += 1) {
      await home.talk.exchange("r", [`Server ${n} is in Graz.`, "An answer about cellars."]);
    }
    await home.observe(["r"]);
    expect(home.picks()).toHaveLength(2);
    const [first, second] = home.picks();
    expect(first).toMatchObject({
      model: "m",
      temperature: 0,
      tools: [],
      shape: { name: "observed" },
    });
    expect(first?.messages[1]?.content.split("\n- ")).toHaveLength(17);
    expect(second?.messages[1]?.content).toContain("Server 16 is in Graz.");
    expect(JSON.stringify(home.provider.requests)).not.toContain("cellars");
  });

  test("are of the user's lines the sentences that could be kept, and it can only choose among them", async () => {
    await using home = await observing(offering());
    await home.talk.line("r", `${SAID} Please tag it. Is that fine?`);
    await home.observe(["r"]);
    const [request] = home.picks();
    expect(request?.messages[1]?.content).toBe(`The lines:\n- ${SAID}\n`);
    expect(JSON.stringify(request?.shape)).toContain(
      `"quote":{"type":"string","enum":["${SAID}"]}`,
    );
  });

  test("is once for each model whether it can tell a remark from a fact: else statements alone are kept", async () => {
    const said = [SAID, "The old shop has a green door."];
    for (const canTell of [true, false]) {
      await using home = await observing(offering(...said), "", { canTell });
      await home.talk.line("r", said[0] ?? "");
      await home.observe(["r"]);
      await home.talk.line("r", said[1] ?? "");
      await home.observe(["r"]);
      const exams = home.provider.requests.filter(({ shape }) => shape?.name === "lasting");
      expect(exams).toHaveLength(1);
      const kept = (await notesOf(home)).map(({ text }) => text);
      expect(kept.toSorted()).toEqual(canTell ? said.toSorted() : [SAID]);
    }
  });

  test("of a model that cannot tell, forms propose, and it is asked to pick among other languages alone", async () => {
    await using home = await observing(offering("Wir deployen nie am Freitag"), "", {
      canTell: false,
    });
    await home.talk.line("r", `${SAID} To restart the worker, we delete its lock first.`);
    await home.observe(["r"]);
    expect(home.picks()).toEqual([]);
    await home.talk.line("r", "The soup is too salty for me.");
    await home.talk.line("r", "Wir deployen nie am Freitag. I use Neovim on all my machines.");
    await home.observe(["r"]);
    const asked = home.picks().map(({ messages }) => messages.at(-1)?.content);
    expect(asked).toEqual(["The lines:\n- Wir deployen nie am Freitag.\n"]);
    expect((await notesOf(home)).map(({ text, kind }) => [text, kind]).toSorted()).toEqual([
      ["I use Neovim on all my machines.", "fact"],
      ["To restart the worker, we delete its lock first.", "procedure"],
      [SAID, "fact"],
      ["Wir deployen nie am Freitag.", "fact"],
    ]);
  });

  test("goes to the model of the settings", async () => {
    await using home = await observing(offering(), '[observer]\nmodel = "small"\n');
    await home.talk.line("r", SAID);
    await home.observe(["r"]);
    expect(home.provider.requests[0]?.model).toBe("small");
  });

  test("nothing where no line could be kept, and no memory is made", async () => {
    await using home = await observing(offering("deploy the shop on Fridays"));
    await home.talk.line("r", "Please deploy the shop on Fridays. Can you do that?");
    expect(await home.observe(["r"])).toBe("done");
    expect(home.provider.requests).toEqual([]);
    expect(await home.queue.get("observe", "r:1")).toBeUndefined();
  });

  // A job keeps its own name, and its record does not outlive it by long.
  test.each(["job_1f", "client_2a", "nightly", "task:digest:1700000000000"])(
    "nothing of a line that a program sent: %s",
    async (id) => {
      await using home = await observing(offering("deploy the shop on Fridays"));
      await home.talk.append("r", {
        ...{ type: "message", id, from: "user", text: SAID, to: ["agent"], mode: "group" },
      });
      await home.observe(["r"]);
      expect(home.provider.requests).toEqual([]);
    },
  );

  test("nothing of a line that a job sent whose name is like that of a line", async () => {
    await using home = await observing(offering("deploy the shop on Fridays"));
    const id = "msg_0123456789abcde";
    await home.queue.enqueue("jobs", "{}", { id });
    await home.talk.append("r", {
      ...{ type: "message", id, from: "user", text: SAID, to: ["agent"], mode: "group" },
    });
    await home.observe(["r"]);
    expect(home.provider.requests).toEqual([]);
  });

  test("nothing where no new line could be kept, and what was observed is not read again", async () => {
    await using home = await observing(offering());
    await home.talk.line("r", SAID);
    await home.observe(["r"]);
    await home.talk.line("r", "What else?");
    using read = spyOn(home.talk.journal, "read");
    await home.observe(["r"]);
    expect(read.mock.calls.map(([, from]) => from)).toEqual([2]);
    expect(home.picks()).toHaveLength(1);
  });

  test("nothing of a line that a forgotten note came from", async () => {
    await using home = await observing(offering("deploy the shop on Fridays"));
    await home.talk.line("r", SAID);
    await home.observe(["r"]);
    await (await home.memory()).forget(1);
    await home.talk.line("s", SAID);
    await home.talk.line("s", `As I said: ${SAID}`);
    await home.observe(["s"]);
    expect(home.picks()).toHaveLength(1);
    expect(await notesOf(home)).toEqual([]);
  });
});

describe("an attempt that does not come to its end", () => {
  test("is given back where no model answers, and nothing counts against it", async () => {
    await using home = await observing(() => [failure("PROVIDER_UNREACHABLE")]);
    await home.talk.line("r", SAID);
    expect(await home.observe(["r"])).toBe("no-model");
    expect(await home.queue.get("observe", "r:1")).toMatchObject({ state: "queued", attempt: 0 });
  });

  test("waits for the next day where the budget is spent, and nothing is sent", async () => {
    await using home = await observing(offering(), "[observer]\ntokens = 100\n");
    await home.talk.line("r", SAID);
    expect(await home.observe(["r"])).toBe("tomorrow");
    expect(home.provider.requests).toEqual([]);
    expect(await queued(home)).toBe(1);
  });

  test("is tried again where the model failed, and keeps what came before", async () => {
    let fails = true as boolean;
    await using home = await observing((request, index) => {
      if (fails) return [failure("STREAM_ERROR")];
      return offering("deploy the shop on Fridays")(request, index);
    });
    await home.talk.line("r", SAID);
    expect(await home.observe(["r"])).toBe("later");
    expect(await home.queue.get("observe", "r:1")).toMatchObject({
      ...{ state: "queued", attempt: 1, error: { code: "STREAM_ERROR" } },
    });
    fails = false;
    while ((await home.observe([])) === "later") await Bun.sleep(20);
    expect(await notesOf(home)).toHaveLength(1);
  });

  test("is given back as soon as a user waits", async () => {
    const stop = new AbortController();
    const begun = Promise.withResolvers<void>();
    await using home = await observing((_request, index) => {
      if (index > 0) return offer([{ quote: SAID, kind: "fact", text: "" }]);
      begun.resolve();
      return [() => new Promise<void>(() => undefined), DONE];
    });
    await home.talk.line("r", SAID);
    const pass = home.observe(["r"], stop.signal);
    await begun.promise;
    stop.abort(new Error("a user waits"));
    expect(await pass).toBe("later");
    expect(await home.queue.get("observe", "r:1")).toMatchObject({ state: "queued", attempt: 0 });
    expect(await home.observe([])).toBe("done");
    expect(await notesOf(home)).toHaveLength(1);
  });
});

test.each([
  "",
  "no JSON",
  "[]",
  '{"items": 3}',
  '{"items": [{"quote": 3}, "x", null]}',
  '{"items": [{"quote"',
])("an answer %j keeps nothing and is not asked for again", async (text) => {
  await using home = await observing(() => [{ type: "text", text }, DONE]);
  await home.talk.line("r", SAID);
  expect(await home.observe(["r"])).toBe("done");
  expect(await notesOf(home)).toEqual([]);
  await home.observe(["r"]);
  expect(home.picks()).toHaveLength(1);
});

test("an answer with words and a fence around it is read all the same", async () => {
  const text =
    'Sure!\n```json\n{"items": [{"quote": "deploy the shop on Fridays", "kind": "rule"}]}\n```';
  await using home = await observing(() => [{ type: "text", text }, DONE]);
  await home.talk.line("r", SAID);
  await home.observe(["r"]);
  expect(await notesOf(home)).toMatchObject([{ text: SAID, kind: "fact" }]);
});
