import { describe, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { Memory } from "#core/memory.ts";
import { HUMAN, MemoryFolder, turnOf } from "#test/memory/memory-folder.ts";

const texts = (memory: Memory): readonly string[] => memory.list("human").map(({ text }) => text);
const fact = (text: string) => ({ text, kind: "fact" as const });

describe("replacing", () => {
  const old = fact("The staging server is on port 8080.");
  const fresh = fact("The staging server is on port 9090.");

  test("by the human hides the old note and keeps it", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id } = await memory.save(old, HUMAN);
    const { id: by } = await memory.save({ ...fresh, replaces: id }, HUMAN);
    expect(texts(memory)).toEqual([fresh.text]);
    expect(memory.show(id, "human")).toMatchObject({ state: "superseded", supersededBy: by });
    const { notes } = await memory.search("port of the staging server", "human");
    expect(notes.map(({ note }) => note.id)).toEqual([by]);
    expect((await memory.verify()).problems).toEqual([]);
  });

  test("after a first save without it replaces just the same", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id } = await memory.save(old, HUMAN);
    const { near } = await memory.save(fresh, HUMAN);
    expect(near.map(({ note }) => note.id)).toEqual([id]);
    await memory.save({ ...fresh, replaces: id }, HUMAN);
    expect(texts(memory)).toEqual([fresh.text]);
  });

  test("a note by itself is seeing it again", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    for (const by of [HUMAN, { ...turnOf("agent", "t1"), trust: "human" as const }]) {
      const { id } = await memory.save(old, by);
      const again = await memory.save({ ...old, replaces: id }, by);
      expect(again).toMatchObject({ id, outcome: "seen-again" });
      expect(texts(memory)).toEqual([old.text]);
    }
  });

  test("the human's word by a model is refused", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id } = await memory.save(old, HUMAN);
    const by = { ...turnOf("agent", "t1"), mayReplace: true };
    await expect(memory.save({ ...fresh, replaces: id }, by)).rejects.toMatchObject({
      code: "MEMORY_TRUST",
    });
    expect(texts(memory)).toEqual([old.text]);
  });

  test("by a model that may is done, by one that may not waits for the human", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id } = await memory.save(old, turnOf("agent", "t1"));
    const proposed = await memory.save({ ...fresh, replaces: id }, turnOf("agent", "t2"));
    expect(proposed.outcome).toBe("staged");
    expect(texts(memory)).toEqual([old.text]);
    expect(memory.show(proposed.id, "human").proposes).toBe(id);
    await memory.trust(proposed.id);
    expect(texts(memory)).toEqual([fresh.text]);
    const third = fact("The staging server is on port 7070.");
    const by = { ...turnOf("agent", "t3"), trust: "human" as const, mayReplace: true };
    await memory.save({ ...third, replaces: proposed.id }, by);
    expect(texts(memory)).toEqual([third.text]);
  });

  test("by a model reaches only what is near and of the same scope", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const by = { ...turnOf("agent", "t1"), mayReplace: true };
    const far = await memory.save(fact("Cats sleep for most of the day."), by);
    const shared = await memory.save(old, by);
    for (const draft of [
      { ...fresh, replaces: far.id },
      { ...fresh, replaces: 99 },
      { ...fresh, replaces: shared.id, scope: "persona:agent" as const },
    ]) {
      await expect(memory.save(draft, by)).rejects.toMatchObject({ code: "MEMORY_UNKNOWN" });
    }
    expect(texts(memory)).toHaveLength(2);
  });
});

describe("a staged note", () => {
  test("replaces nothing until it is trusted, by any author who staged it or says it again", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id } = await memory.save(fact("The tea is in the box."), turnOf("agent", "t1"));
    const fresh = { ...fact("The tea is in the jar."), replaces: id };
    const may = { ...turnOf("agent", "t2"), mayReplace: true };
    const staged = await memory.save({ ...fresh, staged: true }, may);
    expect(staged.outcome).toBe("staged");
    await memory.save(fresh, may);
    expect(texts(memory)).toEqual(["The tea is in the box."]);
    await memory.save(fresh, HUMAN);
    expect(texts(memory)).toEqual(["The tea is in the jar."]);
    expect((await memory.verify()).problems).toEqual([]);
  });

  test("is not found until it is trusted, and goes after 30 days", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const stage = (text: string) =>
      memory.save({ ...fact(text), staged: true }, turnOf("agent", "t"));
    const kept = await stage("The coffee machine needs water.");
    const gone = await stage("The tea kettle needs milk.");
    expect(kept.outcome).toBe("staged");
    expect((await memory.search("coffee tea water milk", "human")).notes).toEqual([]);
    const near = await memory.save(fact("The coffee machine needs beans."), turnOf("agent", "u"));
    expect(near.near).toEqual([]);
    await memory.forget(near.id);
    expect(() => memory.show(kept.id, { persona: "agent" })).toThrow(`no note m${kept.id} `);
    await memory.trust(kept.id);
    place.clockMs += 31 * 86_400_000;
    const again = await place.open();
    expect(again.list("human", ["active", "staged"]).map(({ id }) => id)).toEqual([kept.id]);
    await expect(Promise.try(() => again.show(gone.id, "human"))).rejects.toMatchObject({
      code: "MEMORY_UNKNOWN",
    });
    expect((await again.verify()).problems).toEqual([]);
  });
});

/** What was said, what is said now, and whether that makes the old one wrong. */
const PAIRS = [
  ["The staging server is on port 8080.", "The staging server is on port 9090.", true],
  ["Ana is the release manager.", "Ben is the release manager.", true],
  ["The shop opens at nine.", "The shop opens at ten.", true],
  ["We deploy on Fridays.", "We deploy on Tuesdays.", true],
  ["The password file lies in /etc/shop.", "The password file lies in /srv/shop.", true],
  ["Invoices are kept for six years.", "Invoices are kept for ten years.", true],
  ["The staging server is on port 8080.", "The production server is on port 443.", false],
  ["Ana is the release manager.", "Ana is the mother of Tom.", false],
  ["The shop opens at nine.", "The bakery opens at six.", false],
  ["We deploy on Fridays.", "We meet on Fridays.", false],
  ["The password file lies in /etc/shop.", "The log file lies in /var/log/shop.", false],
  ["Invoices are kept for six years.", "Contracts are kept for ten years.", false],
] as const;

describe("a model that cannot tell an update from a near miss", () => {
  test.each(PAIRS)("hides nothing: %s -> %s", async (before, now, isUpdate) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id } = await memory.save(fact(before), turnOf("agent", "t1"));
    const draft = { ...fact(now), replaces: id };
    const said = await memory.save(draft, turnOf("agent", "t2")).catch((error: unknown) => error);
    // It waits for the user, or is refused where the two have little to do with each other.
    const isRefused = said instanceof OrgError;
    expect(said).toMatchObject(isRefused ? { code: "MEMORY_UNKNOWN" } : { outcome: "staged" });
    expect(texts(memory)).toEqual([before]);
    expect((await memory.search(before, "human")).notes.map(({ note }) => note.id)).toEqual([id]);
    if (!isUpdate) return;
    expect(isRefused).toBe(false);
    await memory.trust(2);
    expect(texts(memory)).toEqual([now]);
  });

  test.each(PAIRS)("hides nothing of the user's either: %s -> %s", async (before, now) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const { id } = await memory.save(fact(before), HUMAN);
    for (const mayReplace of [false, true]) {
      const by = { ...turnOf("agent", `t${mayReplace}`), mayReplace };
      const saving = memory.save({ ...fact(now), replaces: id }, by);
      const code = expect.stringMatching(/^MEMORY_(?:TRUST|UNKNOWN)$/);
      await expect(saving).rejects.toMatchObject({ code });
    }
    expect(texts(memory)).toEqual([before]);
  });
});

test("of two updates of one note that a human trusts, the later one stands alone", async () => {
  for (const order of [
    [2, 3],
    [3, 2],
    [3, 2, 2, 3],
  ]) {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await memory.save(fact("The staging server is on port 8080."), HUMAN);
    for (const [at, port] of [9090, 7070].entries()) {
      const draft = { ...fact(`The staging server moved to port ${port}.`), staged: true };
      const by = { trust: "human", origin: "observer", room: "r", seq: at + 1 } as const;
      await memory.learn({ room: "r", through: at + 1 }, [{ draft, by, isUpdate: true }]);
    }
    for (const id of order) await memory.trust(id);
    expect(texts(memory)).toEqual(["The staging server moved to port 7070."]);
    expect(memory.show(2, "human")).toMatchObject({ state: "superseded", supersededBy: 3 });
    expect((await memory.verify()).problems).toEqual([]);
  }
});

const ORDERS = [
  [2, 3, 4],
  [2, 4, 3],
  [3, 2, 4],
  [3, 4, 2],
  [4, 2, 3],
  [4, 3, 2],
] as const;

test.each(ORDERS.map((order) => ({ order })))(
  "of three updates trusted in the order $order the last one stands alone",
  async ({ order }) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await memory.save(fact("Backups of the shop run at two in the night."), HUMAN);
    for (const [at, hour] of ["three", "four", "five"].entries()) {
      const draft = {
        ...fact(`Backups of the shop now run at ${hour} in the night.`),
        staged: true,
      };
      const by = { trust: "human", origin: "observer", room: "r", seq: at + 1 } as const;
      await memory.learn({ room: "r", through: at + 1 }, [{ draft, by, isUpdate: true }]);
    }
    for (const id of order) await memory.trust(id);
    expect(texts(memory)).toEqual(["Backups of the shop now run at five in the night."]);
    const { notes } = await memory.search("when do backups of the shop run", "human");
    expect(notes.map(({ note }) => note.id)).toEqual([4]);
    expect((await memory.verify()).problems).toEqual([]);
  },
);

test("an older update that the human says once more is not hidden behind the newer one", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  await memory.save(fact("The staging server is on port 8080."), HUMAN);
  for (const [at, port] of [9090, 7070].entries()) {
    const draft = { ...fact(`The staging server moved to port ${port}.`), staged: true };
    const by = { trust: "human", origin: "observer", room: "r", seq: at + 1 } as const;
    await memory.learn({ room: "r", through: at + 1 }, [{ draft, by, isUpdate: true }]);
  }
  await memory.trust(3);
  await memory.save(fact("The staging server moved to port 9090."), HUMAN);
  expect(texts(memory)).toContain("The staging server moved to port 9090.");
});
