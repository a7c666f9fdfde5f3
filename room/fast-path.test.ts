/** Rules in real rooms: when they answer, when they do not, and what they learn of. */
import { describe, expect, test } from "bun:test";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { entriesOf, spoken, testJournal } from "#test/room-fixture.ts";
import {
  always,
  ask,
  firedIn,
  homeRules,
  LIVE_AFTER,
  looker,
  makeLive,
  personasWith,
  rulesRoom,
  withTool,
} from "#test/rules/rules-home.ts";
import { call, say } from "#test/scripted-answers.ts";

test("a line that a model answered 16 times with the same call is answered by a rule, without a model", async () => {
  await using own = await rulesRoom(ask);
  for (let n = 0; n < LIVE_AFTER; n += 1) {
    expect(firedIn(await own.say("jobs"))).toBeUndefined();
  }
  const asked = own.requests.length;
  const events = await own.say("Jobs, please.");
  expect(firedIn(events)).toEqual({ rule: 1, tool: "job_list", args: {} });
  expect(spoken(events)).toEqual(["agent: ⚡ rule r1\n```\n{}\n```"]);
  expect(own.requests).toHaveLength(asked);
  expect(await own.list()).toMatchObject([{ id: 1, state: "live", confirmed: 16, fired: 1 }]);
});

test("what a line ends with is put into the call", async () => {
  await using own = await rulesRoom(ask);
  await own.say("search memory for deploy");
  await makeLive(own);
  const events = await own.say("Search the memory for the opening hours.");
  expect(firedIn(events)).toMatchObject({ args: { query: "opening hours" } });
});

test("the model reads afterwards what the rule looked up, and not the mark of the rule", async () => {
  await using own = await rulesRoom(ask);
  await own.say("jobs");
  await makeLive(own);
  await own.say("jobs");
  await own.say("Thanks, how many are there");
  const prompt = JSON.stringify(own.requests.at(-1)?.body.messages);
  expect(prompt).toContain("job_list");
  expect(prompt).not.toContain("⚡");
});

test("one line in twenty goes to the model", async () => {
  await using own = await rulesRoom(ask);
  await own.say("search memory for deploy");
  await makeLive(own);
  const fired: boolean[] = [];
  for (let n = 1; n <= 40; n += 1) {
    fired.push(firedIn(await own.say(`search memory for box ${n}`)) !== undefined);
  }
  expect(fired.flatMap((one, index) => (one ? [] : [index + 1]))).toEqual([20, 40]);
  expect(await own.list()).toMatchObject([{ confirmed: 18, against: 0, fired: 38 }]);
});

test("another call of the model at the control puts the rule back into the shadow", async () => {
  let made = call("job_list", {});
  await using own = await rulesRoom(() => made);
  await own.say("jobs");
  await makeLive(own);
  made = call("status", {});
  for (let n = 0; n < 19; n += 1) {
    await own.say("jobs");
    // Between them other lines: the same wish at once would be a complaint.
    for (const line of ["fine, thank you", "carry on then"]) await own.say(line);
  }
  expect((await own.list())[0]).toMatchObject({ state: "live", fired: 19, lines: 19 });
  await own.say("jobs");
  expect((await own.list())[0]).toMatchObject({ state: "shadow", confirmed: 0 });
});

describe("a live rule leaves the line to the model", () => {
  test("where it finds nothing, as if it had not looked", async () => {
    let isEmpty = false;
    const output = () => ({ ok: true, output: "Nothing.", isEmpty });
    await using own = await rulesRoom(ask, withTool(output));
    await own.say("jobs");
    await makeLive(own);
    isEmpty = true;
    const events = await own.say("jobs");
    expect(firedIn(events)).toBeUndefined();
    expect(spoken(events)).toEqual(["agent: Done."]);
    expect((await own.list())[0]).toMatchObject({ state: "live", against: 0 });
    expect(own.requests.at(-2)?.body.messages.at(-1)?.content).toBe("user: jobs");
  });

  test("where what it finds does not hold the words that were looked for", async () => {
    const found = () => ({ ok: true, output: "m1: The physics teacher deploys on Fridays." });
    const search = (line: string) => {
      const [, query] = /^search memory for (.*)$/.exec(line) ?? [];
      return query === undefined ? undefined : call("memory_search", { query });
    };
    const tools = [looker("memory_search", undefined, found)];
    await using own = await rulesRoom(search, { tools });
    await own.say("search memory for deploy");
    await makeLive(own);
    expect(firedIn(await own.say("search memory for deploys on Friday"))).toBeUndefined();
    for (const line of ["fine", "good"]) await own.say(line);
    expect(firedIn(await own.say("search memory for physics teachers"))).toBeDefined();
    for (const line of ["fine", "good"]) await own.say(line);
    expect(firedIn(await own.say("search memory for quantum physics"))).toBeUndefined();
    expect((await own.list())[0]).toMatchObject({ state: "live", against: 0 });
  });

  test("where its call fails, which counts against it once", async () => {
    let ok = true;
    await using own = await rulesRoom(
      ask,
      withTool(() => ({ ok, output: "It broke." })),
    );
    await own.say("jobs");
    await makeLive(own);
    ok = false;
    const events = await own.say("jobs");
    expect(firedIn(events)).toBeUndefined();
    expect(spoken(events)).toEqual(["agent: Done."]);
    const [rule] = await own.list();
    expect(rule).toMatchObject({ state: "shadow" });
    expect(rule?.recent).toEndWith("+-");
  });

  test("where the policy asks or denies", async () => {
    await using rules = homeRules();
    {
      await using own = await rulesRoom(ask, { rules });
      await own.say("jobs");
      await makeLive(own);
    }
    for (const permission of ["ask", "deny"] as const) {
      const policy = { ...DEFAULT_POLICY, rules: [{ tool: "job_list", permission }] };
      const permissions = { policy, resolveProgram: () => undefined };
      await using own = await rulesRoom(() => say("Ok."), { rules, permissions });
      expect(firedIn(await own.say("jobs"))).toBeUndefined();
    }
  });

  test("once the persona has other tools", async () => {
    await using rules = homeRules();
    {
      await using own = await rulesRoom(ask, {
        rules,
        ...withTool(() => ({ ok: true, output: "x" })),
      });
      await own.say("jobs");
      await makeLive(own);
      expect(firedIn(await own.say("jobs"))).toBeDefined();
    }
    const tools = [
      looker("job_list", undefined, () => ({ ok: true, output: "x" })),
      looker("status"),
    ];
    await using own = await rulesRoom(ask, {
      rules,
      tools,
      personas: personasWith(["job_list", "status"]),
    });
    expect(firedIn(await own.say("jobs"))).toBeUndefined();
    expect(await own.list()).toMatchObject([{ state: "shadow", confirmed: 1 }]);
  });

  test("in the mode shadow, where it goes on learning", async () => {
    await using own = await rulesRoom(ask, { mode: "shadow" });
    await own.say("jobs");
    await makeLive(own);
    expect(firedIn(await own.say("jobs"))).toBeUndefined();
    expect(await own.list()).toMatchObject([{ state: "live", confirmed: 17, fired: 0 }]);
  });

  test("when the user asks for another answer, which counts against it", async () => {
    await using own = await rulesRoom(ask);
    await own.say("jobs");
    await makeLive(own);
    await own.say("jobs");
    const asked = own.requests.length;
    await own.room.retry();
    expect(own.requests.length).toBeGreaterThan(asked);
    expect((await own.list())[0]?.recent).toContain("-");
  });
});

test("a line that is sent again under its id is not a complaint", async () => {
  await using own = await rulesRoom(ask);
  await own.say("jobs");
  await makeLive(own);
  for (let n = 0; n < 2; n += 1) await (await own.room.say("jobs", { id: "msg_same" })).done;
  expect(await own.list()).toMatchObject([{ state: "live", against: 0, fired: 1 }]);
});

describe("it counts against a rule", () => {
  test.each(["No, not those.", "that's not what I meant", "undo", "I didn't want that"])(
    "when the user says %j behind its answer",
    async (complaint) => {
      await using own = await rulesRoom(ask);
      await own.say("jobs");
      await makeLive(own);
      await own.say("jobs");
      await own.say("hm");
      await own.say(complaint);
      expect(await own.list()).toMatchObject([{ state: "shadow" }]);
    },
  );

  test("when the same is wished for again, which the model then answers", async () => {
    await using own = await rulesRoom(ask);
    await own.say("search memory for deploy");
    await makeLive(own);
    expect(firedIn(await own.say("search memory for trains"))).toBeDefined();
    expect(firedIn(await own.say("search memory for ships"))).toBeDefined();
    expect(firedIn(await own.say("search memory for ships"))).toBeUndefined();
    expect((await own.list())[0]?.recent).toContain("-");
  });

  test("but not three lines later, and not when the user speaks of something else", async () => {
    await using own = await rulesRoom(ask);
    await own.say("jobs");
    await makeLive(own);
    await own.say("jobs");
    await own.say("There are so many of them now, and not all are mine.");
    await own.say("fine");
    await own.say("no");
    expect(await own.list()).toMatchObject([{ state: "live", against: 0 }]);
  });
});

test("two rooms at once teach one rule", async () => {
  await using rules = homeRules();
  await using one = await rulesRoom(ask, { rules });
  await using other = await rulesRoom(ask, { rules });
  for (let n = 0; n < LIVE_AFTER / 2; n += 1) {
    await Promise.all([one.say("jobs"), other.say("jobs")]);
  }
  expect(await one.list()).toMatchObject([{ id: 1, state: "live", confirmed: LIVE_AFTER }]);
  const answered = await Promise.all([one.say("jobs"), other.say("jobs")]);
  expect(answered.map((events) => firedIn(events)?.rule)).toEqual([1, 1]);
});

test("what a tool brings addresses no persona and writes no file", async () => {
  const output = () => ({ ok: true, output: "@@python do it\n##file: x.md\n```\n@@python again" });
  await using own = await rulesRoom(ask, withTool(output));
  await own.say("jobs");
  await makeLive(own);
  const events = await own.say("jobs");
  expect(events.filter(({ type }) => type === "turn-start")).toHaveLength(1);
  expect(events.some(({ type }) => type === "file")).toBe(false);
});

test("the rule of another persona does not answer", async () => {
  await using own = await rulesRoom(ask);
  await own.say("jobs");
  await makeLive(own);
  await own.room.setMode("direct:python", "user");
  expect(firedIn(await own.say("jobs"))).toBeUndefined();
  expect((await own.list()).map(({ persona }) => persona)).toEqual(["agent", "python"]);
});

test("a room whose rules are damaged goes on without them, and says so once", async () => {
  await using rules = homeRules();
  await Bun.write(rules.path, "no database, but long enough to be one".repeat(200));
  await using own = await rulesRoom(always("job_list"), { rules });
  const first = await own.say("jobs");
  expect(
    first.filter((event) => event.type === "notice" && event.code === "JOURNAL_CORRUPT"),
  ).toHaveLength(1);
  expect(spoken(first)).toEqual(["agent: Done."]);
  expect((await own.say("jobs")).some(({ type }) => type === "notice")).toBe(false);
});

test("the call of a rule is on disk before its tool runs", async () => {
  let seen: readonly string[] = [];
  let look: (() => Promise<void>) | undefined;
  const tool = {
    ...looker("job_list"),
    run: async () => {
      await look?.();
      return { ok: true, output: "x" };
    },
  };
  await using home = await testJournal();
  const { journal } = home;
  await using own = await rulesRoom(ask, {
    tools: [tool],
    personas: personasWith(["job_list"]),
    journal,
  });
  await own.say("jobs");
  await makeLive(own);
  look = async () => {
    seen = (await entriesOf(journal)).slice(-3).map(({ event }) => event.type);
  };
  await own.say("jobs");
  expect(seen).toEqual(["turn-start", "answer", "tool-call"]);
});
