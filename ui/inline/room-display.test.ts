import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RoomEvent } from "#core/events.ts";
import { PLAIN } from "#room/style.ts";
import { openTalkingRoom } from "#test/talking-room.ts";
import { newComposer } from "./composer.ts";
import { layout } from "./layout.ts";
import { RoomDisplay } from "./room-display.ts";

const { room } = await openTalkingRoom();

class Shown {
  readonly #written: string[] = [];
  readonly display: RoomDisplay = new RoomDisplay({
    room,
    style: PLAIN,
    rawOutputs: 0,
    sink: (text) => this.#written.push(text),
    columns: () => 60,
  });

  get text(): string {
    return this.#written.join("");
  }

  get live(): readonly string[] {
    const state = this.display.state(newComposer(), "");
    return layout(state, { columns: 60, rows: 20 }).lines;
  }

  start(...personas: readonly string[]): void {
    for (const persona of personas)
      this.take(persona, { type: "turn-start", message: "msg_1", model: "m", window: 8192 });
  }

  take(persona: string, about: Record<string, unknown> & { readonly type: string }): void {
    // What all events of a turn have in common is written here once.
    this.display.take({ turn: `turn_${persona}`, persona, ...about } as RoomEvent);
  }
}

describe("three who speak at once", () => {
  const personas = ["agent", "python", "toolsmith"] as const;

  test("one is read as it speaks, the others have a line each", () => {
    const shown = new Shown();
    shown.start(...personas);
    for (const persona of personas) {
      shown.take(persona, { type: "text-delta", text: `I am ${persona}` });
    }
    expect(shown.text).toBe("● agent · m\n");
    expect(shown.live[0]).toBe("I am agent");
    expect(shown.live[1]).toMatch(/^python . 2 tok · "I am python…"$/);
    expect(shown.live[2]).toMatch(/^toolsmith . 3 tok · "I am toolsmith…"$/);
  });

  test("whatever the order of their words, each is whole under its name, and every word is there once", () => {
    const order = fc.array(fc.constantFrom(...personas), { minLength: 3, maxLength: 90 });
    fc.assert(
      fc.property(order, fc.shuffledSubarray([...personas], { minLength: 3 }), (speakers, ends) => {
        const shown = new Shown();
        shown.start(...personas);
        const said = new Map<string, string[]>(personas.map((persona) => [persona, []]));
        for (const [index, persona] of speakers.entries()) {
          const word = `${persona[0]}${index}`;
          said.get(persona)?.push(word);
          const text = index % 7 === 0 ? `${word}\n\n` : `${word} `;
          shown.take(persona, { type: "text-delta", text });
        }
        for (const persona of ends) shown.take(persona, { type: "turn-end", reason: "complete" });
        const blocks = shown.text.split(/^● (\w+) · m$/m).slice(1);
        const read = new Map<string, string[]>(personas.map((persona) => [persona, []]));
        for (let at = 0; at < blocks.length; at += 2) {
          read.set(blocks[at] ?? "", blocks[at + 1]?.match(/\S+/g) ?? []);
        }
        expect(read).toEqual(said);
        expect(blocks.length / 2).toBe(
          [...said.values()].filter((words) => words.length > 0).length,
        );
      }),
    );
  });
});

test("a question is asked in the transcript, regardless of which persona is in the foreground", () => {
  const shown = new Shown();
  shown.start("agent");
  shown.take("agent", { type: "text-delta", text: "Half" });
  const call = { id: "call_1", name: "sh", arguments: { cmd: "ls" } };
  const asked = { state: "asked", id: "A1", call, why: "it runs", hash: "h", expiresAt: 0 };
  shown.take("agent", { type: "approval", ...asked });
  expect(shown.text).toContain("? A1 agent wants to run sh: it runs\n    cmd: ls\n");
});

test("of a long call the newest step stands beside it, and only what failed in the transcript", () => {
  const shown = new Shown();
  shown.start("toolsmith");
  const call = { id: "c1", name: "forge", arguments: { goal: "the median" } };
  shown.take("toolsmith", { type: "tool-call", origin: "declared", call });
  const tell = (text: string, step?: string): void =>
    shown.take("toolsmith", { type: "notice", level: "info", text, ...(step && { step }) });
  tell("✔ spec 1.3 s", "done");
  tell("code", "begun");
  expect(shown.live[0]).toMatch(/^. 0 s toolsmith · code 0 s · forge the median$/);
  tell("✘ code 2.0 s: it has no export");
  tell("✔ code, round 2 1.0 s", "done");
  expect(shown.live[0]).toMatch(/^. 0 s toolsmith · ✔ code, round 2 1.0 s · forge the median$/);
  expect(shown.text).toContain("✘ code 2.0 s: it has no export");
  expect(shown.text).not.toContain("✔");
});
