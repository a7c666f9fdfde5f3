import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { explain } from "#core/errors.ts";
import type { Author, Memory } from "#core/memory.ts";
import { HUMAN, MemoryFolder, turnOf } from "#test/memory/memory-folder.ts";
import { random, SECRET_SAMPLES } from "#test/secret-samples.ts";

const texts = (memory: Memory): readonly string[] => memory.list("human").map(({ text }) => text);
const fact = (text: string) => ({ text, kind: "fact" as const });

describe("a note", () => {
  test("that was saved is there when the home is opened again", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id, outcome, near } = await memory.save(
      { ...fact("The staging server runs on port 8080."), quote: "staging is on 8080" },
      { ...HUMAN, room: "kitchen", seq: 7 },
    );
    expect({ outcome, near }).toEqual({ outcome: "saved", near: [] });
    const again = await place.open();
    expect(again.show(id, "human")).toEqual({
      ...{ id, text: "The staging server runs on port 8080.", kind: "fact", state: "active" },
      ...{ trust: "human", scope: "room", origin: "human", room: "kitchen", seq: 7 },
      ...{ quote: "staging is on 8080", savedAt: place.clockMs, seen: 1, used: 0, ok: 0 },
      ...{ supersededBy: undefined, proposes: undefined },
    });
    const { notes } = await again.search("Which port has staging?", "human");
    expect(notes.map(({ note }) => note.id)).toEqual([id]);
    expect((await again.verify()).problems).toEqual([]);
  });

  test("with a secret of any kind is refused by its name, and nothing of it is on disk", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    for (const { kind, secret, text } of SECRET_SAMPLES) {
      for (const draft of [fact(text), { ...fact("The bot has one."), quote: text }]) {
        const failed: unknown = await memory.save(draft, HUMAN).catch((error: unknown) => error);
        expect({ kind, code: Object(failed).code }).toEqual({ kind, code: "MEMORY_SECRET" });
        expect(String(Object(failed).message)).toMatch(/^This looks like a secret \(.+\) and was/);
        expect(explain(failed)).not.toContain(secret);
      }
    }
    expect(texts(memory)).toEqual([]);
    await place.open();
    for (const { secret } of SECRET_SAMPLES) {
      expect(readFileSync(place.path).includes(secret.split("\n")[0] ?? "")).toBe(false);
    }
  });

  test("with a secret that an invisible character splits is refused", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const split = `It is ghp_${random(18)}\u200b${random(18)}`;
    await expect(memory.save(fact(split), HUMAN)).rejects.toMatchObject({ code: "MEMORY_SECRET" });
  });

  test("of 1,001 characters is refused with its length; one of 1,000 is not", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const long = `The ${"long ".repeat(200)}`.slice(0, 999);
    expect((await memory.save(fact(`${long}x`), HUMAN)).outcome).toBe("saved");
    await expect(memory.save(fact(`${long}xy`), HUMAN)).rejects.toMatchObject({
      code: "MEMORY_TOO_LONG",
      message: "A note has at most 1,000 characters, this one 1,001",
    });
  });

  test("counts an emoji as one character", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await expect(memory.save(fact("😀a"), HUMAN)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect((await memory.save(fact(`tea ${"😀".repeat(996)}`), HUMAN)).outcome).toBe("saved");
    expect((await memory.save(fact("half \ud83d of one"), HUMAN)).outcome).toBe("saved");
  });

  test.each(["", "  ", "ab", "!!!", "\u200b\u200b\u200b\u200b"])(
    "of nothing, %j, is refused",
    async (text) => {
      await using place = new MemoryFolder();
      const memory = await place.open();
      await expect(memory.save(fact(text), HUMAN)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    },
  );
});

describe("saving the same again", () => {
  test.each([
    ["The deploy runs on Friday.", "The deploy runs on Friday"],
    ["The deploy runs on Friday.", "the deploy  runs on Friday!"],
    ["The deploy runs on Friday.", "On Friday the deploy runs."],
    ["Deploys run on Friday.", "The deploys just run on Friday."],
    ["We don't use tabs here.", "We do not use tabs here."],
    ["We deploy the shop on Fridays.", "we deploy the shop on fridays"],
    ["Our API is on port 8080.", "OUR API IS ON PORT 8080!"],
    ["We use PostgreSQL for Lena's shop.", "we use postgresql, for lena’s shop…"],
    ["The shop: deploys on Fridays.", "The shop – deploys on Fridays"],
    ["The API – version 2 – is stable.", "the api, version 2, is stable"],
  ])("%j and %j count as one", async (one, other) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const first = await memory.save(fact(one), HUMAN);
    const second = await memory.save(fact(other), HUMAN);
    expect(second).toMatchObject({ id: first.id, outcome: "seen-again" });
    expect(memory.show(first.id, "human").seen).toBe(2);
    expect(texts(memory)).toEqual([one]);
  });

  // What is swallowed here is an update that no one hears of.
  test.each([
    ["The staging server is on port 8080.", "The staging server is on port 8081."],
    ["The door is open.", "The door is closed."],
    ["Deploy before lunch.", "Deploy after lunch."],
    ["The api calls the worker.", "The worker calls the api."],
    ["Anna replaced Berta.", "Berta replaced Anna."],
    ["We use Redis.", "We used Redis."],
    ["Always run the tests.", "Never run the tests."],
    ["We do use tabs.", "We do not use tabs."],
    ["The cat is called mimi.", "The cat is called lulu."],
    ["Logs are in /var/Log.", "Logs are in /var/log."],
    ["Logs are in /var/Log.", "logs are in /var/log"],
    ["The result is 5 - 3.", "The result is 5 3."],
    ["My son likes tea.", "My sons like tea."],
    ["A is before B.", "b is before a"],
    ["The service is written in C++.", "The service is written in C#."],
    ["The limit is > 5.", "The limit is < 5."],
    ["Der Server ist langsam.", "Der Server ist schnell."],
    ["She may deploy.", "She must deploy."],
    ["The price is $5.", "The price is €5."],
    ["Use the US mirror for it.", "Use the us mirror for it."],
  ])("%j and %j stay two", async (one, other) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await memory.save(fact(one), HUMAN);
    expect((await memory.save(fact(other), HUMAN)).outcome).toBe("saved");
    expect(texts(memory)).toEqual([other, one]);
  });

  test("by the human makes it the human's word; by a model it changes nothing", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const by: Author = { ...turnOf("agent", "t1"), trust: "untrusted" };
    const { id } = await memory.save(fact("Backups are made at night."), by);
    await memory.save(fact("Backups are made at night."), turnOf("agent", "t2"));
    expect(memory.show(id, "human").trust).toBe("untrusted");
    await memory.save(fact("Backups are made at night."), HUMAN);
    expect(memory.show(id, "human")).toMatchObject({ trust: "human", seen: 3 });
  });

  test("of two scopes stays two", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await memory.save({ ...fact("The gift is a book."), scope: "persona:agent" }, HUMAN);
    expect((await memory.save(fact("The gift is a book."), HUMAN)).outcome).toBe("saved");
  });

  test("at once leaves one row, whatever the order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { minLength: 1, maxLength: 20 }), async (picks) => {
        await using place = new MemoryFolder();
        const memory = await place.open();
        const saved = await Promise.all(
          picks.map((pick) => memory.save(fact(`Room ${pick} has a window.`), HUMAN)),
        );
        expect(texts(memory)).toHaveLength(new Set(picks).size);
        for (const pick of new Set(picks)) {
          const ids = saved.filter((_, at) => picks[at] === pick).map(({ id }) => id);
          expect(new Set(ids).size).toBe(1);
          expect(memory.show(ids[0] ?? 0, "human").seen).toBe(ids.length);
        }
        expect((await memory.verify()).problems).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});

describe("how much is saved", () => {
  test("a turn saves 5 notes; the next turn and the human go on", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const save = (n: number, by: Author) => memory.save(fact(`Shelf ${n} holds tea.`), by);
    for (let n = 0; n < 5; n += 1) await save(n, turnOf("agent", "t1"));
    await expect(save(5, turnOf("agent", "t1"))).rejects.toMatchObject({ code: "MEMORY_LIMIT" });
    expect((await save(3, turnOf("agent", "t1"))).outcome).toBe("seen-again");
    expect((await save(6, turnOf("agent", "t2"))).outcome).toBe("saved");
    for (let n = 10; n < 20; n += 1) expect((await save(n, HUMAN)).outcome).toBe("saved");
  });

  test("100 a day are saved, after a restart too; a day later it goes on", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const save = (memory: Memory, n: number) =>
      memory.save(fact(`Shelf ${n} holds tea.`), turnOf("agent", `t${n}`));
    for (let n = 0; n < 100; n += 1) await save(memory, n);
    const again = await place.open();
    await expect(save(again, 100)).rejects.toMatchObject({ code: "MEMORY_LIMIT" });
    place.clockMs += 86_400_001;
    expect((await save(again, 100)).outcome).toBe("saved");
  });
});

describe("what is near", () => {
  test("is shown to the one who saves, at most 5 of at least cosine 0.5", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    for (let n = 0; n < 9; n += 1)
      await memory.save(fact(`The backup server ${n} is in Berlin.`), HUMAN);
    await memory.save(fact("Cats sleep for most of the day."), HUMAN);
    const { near } = await memory.save(fact("The backup server 9 is in Berlin."), HUMAN);
    expect(near).toHaveLength(5);
    for (const { note, cosine } of near) {
      expect(cosine).toBeGreaterThanOrEqual(0.5);
      expect(note.text).toContain("backup server");
    }
  });

  test("of another persona's own notes is not shown", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await memory.save({ ...fact("The gift is a red book."), scope: "persona:python" }, HUMAN);
    const { near } = await memory.save(fact("The gift is a blue book."), turnOf("agent", "t1"));
    expect(near).toEqual([]);
  });
});
