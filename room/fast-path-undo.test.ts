/** `/undo` behind an answer of a rule, in real rooms. */
import { describe, expect, test } from "bun:test";
import { testJournal } from "#test/room-fixture.ts";
import { ask, homeRules, makeLive, rulesRoom } from "#test/rules/rules-home.ts";

describe("/undo", () => {
  test("speaks against the rule that answered, once, and in the next two lines alone", async () => {
    await using own = await rulesRoom(ask);
    await own.say("jobs");
    await makeLive(own);
    await own.say("jobs");
    await own.room.noteUndo();
    await own.room.noteUndo();
    const [rule] = await own.list();
    expect(rule).toMatchObject({ state: "shadow" });
    expect(rule?.recent).toEndWith("+-");
    await makeLive(own);
    await own.say("jobs");
    for (const line of ["fine, thank you", "carry on then"]) await own.say(line);
    await own.room.noteUndo();
    expect((await own.list())[0]?.recent).toEndWith("-++++++++++++++++");
  });

  test("said twice at the same moment counts once", async () => {
    await using own = await rulesRoom(ask);
    await own.say("jobs");
    await makeLive(own);
    await own.say("jobs");
    await Promise.all([own.room.noteUndo(), own.room.noteUndo(), own.room.noteUndo()]);
    expect((await own.list())[0]?.recent).toEndWith("+-");
  });

  test("said again after the room was closed and opened, also behind a line that said no, counts once", async () => {
    for (const first of ["/undo", "No, that is not it."]) {
      await using kept = await testJournal();
      await using rules = homeRules();
      const shared = { journal: kept.journal, rules };
      {
        await using own = await rulesRoom(ask, shared);
        await own.say("jobs");
        await makeLive(own);
        await own.say("jobs");
        if (first === "/undo") await own.room.noteUndo();
        else await own.say(first);
        expect((await own.list())[0]?.recent).toEndWith("+-");
      }
      await using again = await rulesRoom(ask, shared);
      await again.room.noteUndo();
      expect((await again.list())[0]?.recent).toEndWith("+-");
    }
  });

  test("says nothing where no rule answered", async () => {
    await using own = await rulesRoom(() => undefined);
    await own.say("fine, thank you");
    await own.room.noteUndo();
    expect(await own.list()).toBeEmpty();
  });
});
