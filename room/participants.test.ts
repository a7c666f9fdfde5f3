import { describe, expect, test } from "bun:test";
import { openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

describe("the models of a room", () => {
  test("change from the next turn on, and the room says so", async () => {
    await using server = scriptedServer(() => say("Ok."), { models: ["m", "n:latest"] });
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    const notices: string[] = [];
    using _ = room.listen((event) => {
      if (event.type === "notice") notices.push(event.text);
    });
    await room.setModel("n");
    const [start] = (await sayAndWait(room, "hi")).filter(({ type }) => type === "turn-start");
    expect(start).toMatchObject({ persona: "agent", model: "n" });
    expect(server.requests[0]?.body.model).toBe("n");
    await room.setModel("m", "python");
    await sayAndWait(room, "@@python hi");
    expect(server.requests[1]?.body.model).toBe("m");
    expect(notices).toEqual([
      "Every persona speaks with n from the next turn on",
      "python speaks with m from the next turn on",
    ]);
  });

  test("of a server that has many are counted where they are not named", async () => {
    const models = Array.from({ length: 11 }, (_, index) => `one-${index}`);
    await using server = scriptedServer([], { models });
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    await expect(room.setModel("qwen3")).rejects.toMatchObject({
      why: expect.stringMatching(/^it has one-0, .*one-7 and 3 more \(org models list\)$/),
    });
  });

  test("stay as they are when the server has none of that name, or does not answer", async () => {
    await using server = scriptedServer([], { models: ["qwen3:8b", "m"] });
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    const failed = async () => await room.setModel("qwen3").catch((error: unknown) => error);
    expect(await failed()).toMatchObject({
      code: "MODEL_MISSING",
      why: "it has qwen3:8b, m",
      remedies: ["/model qwen3:8b", "/pull qwen3"],
    });
    await server[Symbol.asyncDispose]();
    expect(await failed()).toMatchObject({ code: "PROVIDER_UNREACHABLE" });
    expect(room.models.map(({ name }) => name)).toEqual(["m", "m", "m"]);
  });
});
