import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JournaledEvent } from "#core/events.ts";
import { answer, call, end, historyOf, message, start, turn } from "#test/history-events.ts";
import type { RoomHistory } from "./history.ts";

/** What a persona is shown in the rendering for all, oldest first, as "role: content". */
function sharedWith(history: RoomHistory, persona: string): string[] {
  const exchanges = [...history.viewFor(persona).shared("agent")].reverse().flat();
  return exchanges.map(({ role, content }) => `${role}: ${content}`);
}

describe("a rendering for all", () => {
  test("is the same for every reader, and names who answers where it is not the first persona", () => {
    const history = historyOf(
      message("m1", "hi"),
      ...turn("agent", "Hello."),
      ...turn("python", "Good day."),
    );
    const expected = [
      "user: hi",
      "assistant: Hello.",
      "user: (python answers)",
      "assistant: Good day.",
    ];
    for (const persona of ["agent", "python", "toolsmith"]) {
      expect(sharedWith(history, persona)).toEqual(expected);
    }
    expect(history.presentFor("toolsmith")).toEqual(["agent", "python"]);
    expect(history.viewFor("python").addressee("agent")).toBe("(python answers)");
    // Behind the answer of another one it has to be said.
    expect(history.viewFor("agent").addressee("agent")).toBe("(agent answers)");
    history.apply(message("m2", "and now?"));
    history.apply(start("t2", "agent", "m2"));
    expect(history.viewFor("agent").addressee("agent")).toBeUndefined();
  });

  test("shows the last step that worked, and leaves out its result, what failed, passes and broken turns", () => {
    const who = { turn: "t1", persona: "agent" };
    const history = historyOf(
      message("m1", "look"),
      start("t1", "agent"),
      ...["a", "b", "c"].flatMap((id, hop): JournaledEvent[] => [
        { type: "answer", ...who, hop, text: "", calls: [call(id)] },
        { type: "tool-call", ...who, call: call(id), origin: "declared" },
        {
          ...{ type: "tool-result", ...who, id, name: "sh", ok: id !== "c", ms: 1, size: 2 },
          output: `42${id}`,
        },
      ]),
      { type: "answer", ...who, hop: 3, text: "It is 42.", calls: [] },
      end("t1", "agent", "complete"),
      ...turn("python", "Half an", "cut"),
      ...turn("toolsmith", "@@pass", "passed"),
    );
    expect(sharedWith(history, "agent")).toEqual([
      ...["user: look", "assistant: ", "tool: (not repeated here)", "assistant: It is 42."],
    ]);
    const [, step] = [...history.viewFor("python").shared("agent")].reverse().flat();
    expect(step).toMatchObject({ calls: [call("b")] });
  });

  test("says of an earlier line that its turns were stopped, for it would be answered now", () => {
    const asked = [message("m1", "a story"), ...turn("agent", "", "aborted")];
    // The newest line may be asked again.
    expect(sharedWith(historyOf(...asked), "agent")).toEqual(["user: a story"]);
    const next = [message("m2", "and?"), start("t2", "agent", "m2")];
    const stopped = "assistant: (I was stopped before I could answer.)";
    const [line, second] = ["user: a story", "user: and?"];
    expect(sharedWith(historyOf(...asked, ...next), "agent")).toEqual([line, stopped, second]);
    const other = turn("python", "Once.");
    expect(sharedWith(historyOf(...asked, ...other, ...next), "agent")).toEqual([
      ...[line, "user: (python answers)", "assistant: Once.", second],
    ]);
  });

  test("never holds a word, nor the name, of a conversation that the persona must not see", () => {
    const names = ["agent", "python", "critic"] as const;
    const lines = fc.array(fc.record({ to: fc.constantFrom(...names), isDirect: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(lines, fc.constantFrom(...names), (said, reader) => {
        const events = said.flatMap(({ to, isDirect }, index) => {
          const id = `m${index}`;
          const mode = isDirect ? `direct:${to}` : "group";
          const word = `word${index} `;
          return [
            message(id, `question ${word}`, { to: [to], mode }),
            start(`t${index}`, to, id),
            answer(`t${index}`, to, `answer ${word}`),
            end(`t${index}`, to, "complete"),
          ];
        });
        const history = historyOf(...events);
        const text = sharedWith(history, reader).join("\n");
        const isHidden = ({ to, isDirect }: (typeof said)[number]) => isDirect && to !== reader;
        for (const [index, line] of said.entries()) {
          expect(text.includes(`word${index} `)).toBe(!isHidden(line));
        }
        const met = said.filter((line) => !isHidden(line)).map(({ to }) => to);
        expect(history.presentFor(reader).toSorted()).toEqual([...new Set(met)].toSorted());
      }),
    );
  });
});
