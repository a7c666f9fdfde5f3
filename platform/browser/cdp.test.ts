import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CdpConnection, type CdpEvent, CdpFailure } from "./cdp.ts";

function connection() {
  const sent: { id: number; method: string; sessionId?: string }[] = [];
  const events: CdpEvent[] = [];
  const broken: string[] = [];
  const cdp = new CdpConnection({
    write: (bytes) =>
      void sent.push(JSON.parse(new TextDecoder().decode(bytes).replace(/\0$/, ""))),
    onEvent: (event) => void events.push(event),
    onBroken: (why) => void broken.push(why),
  });
  return { cdp, sent, events, broken };
}
const message = (value: unknown): string => `${JSON.stringify(value)}\0`;

test("each command gets its own answer, in whatever order they come", async () => {
  const { cdp, sent } = connection();
  const [one, two] = [cdp.send("A.b"), cdp.send("C.d", { x: 1 }, "page")];
  expect(sent).toMatchObject([
    { id: 1, method: "A.b" },
    { id: 2, method: "C.d", sessionId: "page", params: { x: 1 } },
  ] as never);
  cdp.take(message({ id: 2, result: { two: 2 } }) + message({ id: 1, result: { one: 1 } }));
  expect(await Promise.all([one, two])).toEqual([{ one: 1 }, { two: 2 }]);
});

test("messages are read however they are cut", () => {
  const all = [
    { method: "A", params: { t: "ä\u2028" } },
    { method: "B", sessionId: "s" },
    { id: 9 },
  ];
  const bytes = all.map(message).join("");
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const { cdp, events } = connection();
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      for (const [at, start] of places.entries()) cdp.take(bytes.slice(start, places[at + 1]));
      expect(events).toEqual([
        { method: "A", params: { t: "ä\u2028" }, session: undefined },
        { method: "B", params: {}, session: "s" },
      ]);
    }),
  );
});

describe("a command fails", () => {
  test("with what the browser says", async () => {
    const { cdp } = connection();
    const one = cdp.send("A.b");
    cdp.take(message({ id: 1, error: { code: -1, message: "No such node" } }));
    const failure = await one.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CdpFailure);
    expect(failure).toMatchObject({ message: "No such node", isGone: false });
  });

  test("when its page goes, while others wait on", async () => {
    const { cdp } = connection();
    const [gone, other] = [cdp.send("A.b", {}, "one"), cdp.send("A.b", {}, "two")];
    cdp.endSession("one");
    expect(await gone.catch((error: unknown) => error)).toMatchObject({ isGone: true });
    cdp.take(message({ id: 2, result: {} }));
    expect(await other).toEqual({});
  });

  test("when the browser ends, and ever after", async () => {
    const { cdp, broken } = connection();
    const waiting = cdp.send("A.b");
    cdp.end("it ended");
    cdp.end("twice");
    expect(await waiting.catch(String)).toContain("it ended");
    expect(await cdp.send("A.b").catch(String)).toContain("it ended");
    expect(broken).toEqual([]);
  });
});

test.each(["no JSON\0", '{"method": 3}\0', "[]\0", "null\0"])(
  "%j ends the connection, and nothing is read behind it",
  async (text) => {
    const { cdp, events, broken } = connection();
    const waiting = cdp.send("A.b");
    cdp.take(`${text}${message({ method: "A" })}`);
    expect(await waiting.catch(String)).toContain("not a message");
    expect([events, broken.length]).toEqual([[], 1]);
  },
);

test("a message without end is not kept", async () => {
  const { cdp, broken } = connection();
  const waiting = cdp.send("A.b");
  const piece = "x".repeat(8 * 1024 * 1024);
  for (let at = 0; at < 9; at += 1) cdp.take(piece);
  expect(await waiting.catch(String)).toContain("more than 64 MiB");
  expect(broken).toHaveLength(1);
  cdp.take(piece);
});
