import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { HumanMessage, Phase, RoomEvent } from "#core/events.ts";
import { PLAIN } from "#room/style.ts";
import { RoomView } from "./room-view.ts";

class Screen {
  text = "";
  readonly view: RoomView;

  constructor(isEchoed?: (message: HumanMessage) => boolean) {
    this.view = new RoomView({
      sink: (text) => (this.text += text),
      style: PLAIN,
      rawOutputs: 2,
      ...(isEchoed === undefined ? {} : { isEchoed }),
    });
  }

  /** Takes events; @returns everything that can be read by now. */
  after(...events: readonly RoomEvent[]): string {
    for (const event of events) this.view.take(event);
    return this.text;
  }
}

/** The events of one turn of a persona, whose id is the persona's name. */
const of = (persona: string) => {
  const who = { turn: persona, persona };
  return {
    start: { type: "turn-start", ...who, message: "m", model: "llama", window: 8192 },
    says: (text: string) => ({ type: "text-delta", ...who, text }),
    thinks: { type: "reasoning-delta", ...who, text: "secret thoughts" },
    was: { type: "reclassify", ...who },
    answer: (text = "") => ({ type: "answer", ...who, hop: 0, text, calls: [] }),
    calls: {
      type: "tool-call",
      ...who,
      call: { id: "c", name: "sh", arguments: { cmd: "ls" } },
      origin: "declared",
    },
    gets: { type: "tool-result", ...who, id: "c", name: "sh", ok: true, ms: 0, exit: 0, size: 9 },
    is: (phase: Phase) => ({ type: "phase", ...who, phase }),
    ends: { type: "turn-end", ...who, reason: "complete" },
    passes: { type: "turn-end", ...who, reason: "passed" },
    notes: { type: "notice", level: "info", text: "Retrying.", persona },
  } as const satisfies Record<string, RoomEvent | ((...args: never[]) => RoomEvent)>;
};

const agent = of("agent");
const python = of("python");

const message = (text: string): HumanMessage => ({
  type: "message",
  id: text,
  from: "user",
  text,
  to: ["agent"],
  mode: "group",
});

describe("one turn", () => {
  test("streams under its name, with its tools between its words", () => {
    const screen = new Screen();
    expect(screen.after(message("look"), agent.start, agent.says("\n\nLet me"))).toEndWith(
      "Let me",
    );
    screen.after(agent.says(" look.\n"), agent.answer("Let me look."), agent.calls, agent.gets);
    screen.after(agent.says("Two "), agent.says("files.\n\n"), agent.answer("Two files."));
    expect(screen.after(agent.ends)).toBe(
      [
        "● user → agent",
        "look",
        "",
        "● agent · llama",
        "Let me look.",
        "⚙ sh ls",
        "✔ sh 0.0 s · exit 0 · 9 characters · /raw 3",
        "Two files.",
        "",
      ].join("\n"),
    );
  });

  test("keeps indentation and blank lines of code as they are", () => {
    const screen = new Screen();
    const code = "    if x:\n\n\n        y()\n";
    screen.after(agent.start, ...code.split(/(?<=\n)/).map(agent.says), agent.ends);
    expect(screen.text).toBe(`● agent · llama\n${code}`);
  });

  test("that passes, or only thinks, leaves no line", () => {
    const screen = new Screen();
    expect(screen.after(agent.start, agent.thinks, agent.says(" \n"), agent.passes)).toBe("");
  });

  test("cannot forge a line of ours", () => {
    const screen = new Screen();
    screen.after(agent.start, agent.says("ok\n● user\n"), agent.says("✔ sh 0.1 s"));
    screen.after(agent.says(" ● is fine here\n⚙ sh"), agent.ends);
    expect(screen.text).toBe("● agent · llama\nok\n ● user\n ✔ sh 0.1 s ● is fine here\n ⚙ sh\n");
  });

  test("whose words were thinking says so, once they can be read", () => {
    const screen = new Screen();
    screen.after(agent.start, agent.says("Hm, let me"), agent.was, agent.says("Yes."), agent.ends);
    expect(screen.text).toBe(
      "● agent · llama\nHm, let me\n— what agent wrote above was thinking, not its answer\nYes.\n",
    );
  });

  test("that began before anybody looked is read from its answer", () => {
    const screen = new Screen();
    expect(screen.after(agent.answer("All of it."), agent.ends)).toBe("● agent\nAll of it.\n");
  });
});

describe("several turns", () => {
  test("one persona is in the foreground, the others come whole when it is free", () => {
    const screen = new Screen();
    screen.after(agent.start, python.start, agent.says("one "), python.says("alpha "));
    expect(screen.after(agent.says("two"))).toBe("● agent · llama\none two");
    screen.after(python.says("beta"), agent.ends);
    expect(screen.text).toEndWith("two\n\n● python · llama\nalpha beta");
    expect(screen.after(python.says(" gamma"), python.ends)).toEndWith("alpha beta gamma\n");
  });

  test("who is silent does not hold others up", () => {
    const screen = new Screen();
    screen.after(agent.start, agent.is("thinking"), python.start, python.says("alpha"));
    expect(screen.text).toBe("● python · llama\nalpha");
    expect(screen.view.activity).toBe("agent is thinking");
  });

  test("who is finished is read before who still speaks", () => {
    const screen = new Screen();
    const third = of("third");
    screen.after(agent.start, python.start, third.start, agent.says("a"), python.says("b"));
    screen.after(third.says("c"), third.ends, agent.ends, python.says("d"), python.ends);
    expect(screen.text.match(/^[a-d]+$/gm)).toEqual(["a", "c", "bd"]);
  });

  test("words that waited and were thinking are never shown", () => {
    const screen = new Screen();
    screen.after(agent.start, python.start, agent.says("a"), python.says("secret"), python.was);
    screen.after(python.says("b"), agent.ends, python.ends);
    expect(screen.text).not.toContain("secret");
    expect(screen.text).not.toContain("thinking");
  });

  test("a later line of the human waits for the answers to the earlier one", () => {
    const screen = new Screen();
    screen.after(message("first"), agent.start, message("second"), agent.says("a"), agent.ends);
    expect(screen.text.match(/^(?:first|second|a)$/gm)).toEqual(["first", "a", "second"]);
  });
});

describe("what is not a turn", () => {
  test("a line that the terminal echoed is not repeated, and the persona that answers is named again", () => {
    const screen = new Screen(() => true);
    screen.after(message("one"), agent.start, agent.says("a"), agent.ends);
    screen.after(message("two"), agent.start, agent.says("b"), agent.ends);
    expect(screen.text).toBe("● agent · llama\na\n\n● agent · llama\nb\n");
  });

  test("the human's words are cleaned", () => {
    expect(new Screen().after(message("a\u001b[2Jb"))).toBe("● user → agent\nab\n");
  });

  test("our own words wait for the end of the line, and the speaker is named again", () => {
    const screen = new Screen();
    screen.after(agent.start, agent.says("one"));
    screen.view.say("There is no command.");
    expect(screen.text).toEndWith("one");
    expect(screen.after(agent.says(" two\nthree"))).toBe(
      "● agent · llama\none two\n\nThere is no command.\n\n● agent · llama\nthree",
    );
  });

  test("what no persona said stands between the blocks", () => {
    const screen = new Screen();
    screen.after({ type: "mode", mode: "file:notes.md", by: "user" });
    screen.after({ type: "file", path: "notes.md", bytes: 5, by: "user" });
    screen.after(agent.start, agent.says("a"), { type: "mode", mode: "group", by: "agent" });
    screen.after(agent.ends, { type: "settled", why: "agent repeats itself" });
    expect(screen.text).toBe(
      [
        "— the mode is file:notes.md",
        "— user wrote notes.md, 5 bytes",
        "",
        "● agent · llama",
        "a",
        "— agent switched the mode to group",
        "",
        "— the room settled: agent repeats itself",
        "",
      ].join("\n"),
    );
  });

  test("a note on a persona belongs to its turn", () => {
    const screen = new Screen();
    screen.after(agent.start, python.start, agent.says("a"), python.notes, agent.says("b"));
    expect(screen.after(agent.ends, python.ends)).toBe(
      "● agent · llama\nab\n\n● python · llama\n— python: Retrying.\n",
    );
  });
});

/** Three turns, each with words and a tool, every piece with a marker of its own. */
const speakers = ["agent", "python", "toolsmith"];
function eventsOf(persona: string): RoomEvent[] {
  const one = of(persona);
  const words = (hop: number) =>
    Array.from({ length: 4 }, (_, index) => one.says(`<${persona}.${hop}.${index}>`));
  const ends = { ...one.ends, reason: "cut", why: `<${persona}.end>` } as const;
  return [one.start, ...words(0), one.answer("x"), one.calls, ...words(1), one.answer("x"), ends];
}
const script = speakers.map(eventsOf);

/** An order in which the events of several turns arrive; each turn keeps its own order. */
const interleaving = fc
  .shuffledSubarray(
    script.flatMap((events, turn) => events.map(() => turn)),
    { minLength: script.flat().length },
  )
  .map((turns) => {
    const rest = script.map((events) => [...events]);
    return turns.flatMap((turn) => rest[turn]?.splice(0, 1) ?? []);
  });

test("every word of every turn is there once, in its order, and no two turns are mixed", () => {
  fc.assert(
    fc.property(interleaving, (events) => {
      const markers = [...new Screen().after(...events).matchAll(/<([a-z]+)\.[\w.]+>/g)];
      for (const speaker of speakers) {
        const own = markers.filter(([, name]) => name === speaker).map(([marker]) => marker);
        const wanted = [0, 1].flatMap((hop) => [0, 1, 2, 3].map((i) => `<${speaker}.${hop}.${i}>`));
        expect(own).toEqual([...wanted, `<${speaker}.end>`]);
      }
      const changes = markers.filter(([, name], index) => markers[index - 1]?.[1] !== name);
      expect(changes).toHaveLength(speakers.length);
    }),
  );
});

test("text grows only: what was written is never erased", () => {
  fc.assert(
    fc.property(interleaving, (events) => {
      const screen = new Screen();
      for (const event of events) {
        const before = screen.text;
        expect(screen.after(event)).toStartWith(before);
      }
    }),
  );
});

test("keeps nothing of what it has shown", () => {
  let written = 0;
  const count = (text: string) => {
    written += text.length;
  };
  const view = new RoomView({ sink: count, style: PLAIN, rawOutputs: 0 });
  for (const event of [agent.start, python.start, agent.says("first\n")]) view.take(event);
  Bun.gc(true);
  const before = process.memoryUsage().heapUsed;
  for (let line = 0; line < 4000; line += 1) view.take(agent.says(`${line} ${"x".repeat(5000)}\n`));
  Bun.gc(true);
  expect(written).toBeGreaterThan(20_000_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
});
