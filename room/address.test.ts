import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { GROUP, type Mode } from "#core/mode.ts";
import { addressees, type Present } from "./address.ts";

const PERSONAS = ["agent", "python", "toolsmith"];
const present = (about: Partial<Present> = {}): Present => ({
  personas: PERSONAS,
  mode: GROUP,
  lastSpeaker: undefined,
  ...about,
});
const DIRECT: Mode = { kind: "direct", persona: "python" };
const FILE: Mode = { kind: "file", path: "notes.md" };
const to = (text: string, about: Partial<Present> = {}) => addressees(text, present(about)).to;

describe("without a mention", () => {
  test("the first persona answers, then the persona that answered last", () => {
    expect(to("hi")).toEqual(["agent"]);
    expect(to("hi", { lastSpeaker: "python" })).toEqual(["python"]);
  });

  test("one who has left since is not asked", () => {
    expect(to("hi", { lastSpeaker: "critic" })).toEqual(["agent"]);
  });

  test("the direct mode decides, the file mode does not", () => {
    expect(to("hi", { mode: DIRECT, lastSpeaker: "agent" })).toEqual(["python"]);
    expect(to("hi", { mode: FILE, lastSpeaker: "toolsmith" })).toEqual(["toolsmith"]);
  });

  test("a room without personas keeps the line for the record", () => {
    expect(to("hi", { personas: [] })).toEqual([]);
  });
});

describe("a mention", () => {
  test("decides in the order written, each once, whatever the mode", () => {
    expect(to("@@python @@agent and again @@python")).toEqual(["python", "agent"]);
    expect(to("@@toolsmith hi", { mode: DIRECT })).toEqual(["toolsmith"]);
  });

  test("of the group calls everybody at once", () => {
    expect(addressees("@@agent @@group hi", present())).toMatchObject({
      to: PERSONAS,
      together: true,
    });
    expect(addressees("@@python @@agent hi", present()).together).toBe(false);
  });

  test("of the user alone leaves it to the persona that is due", () => {
    expect(to("@@user hi", { lastSpeaker: "python" })).toEqual(["python"]);
    expect(to("@@user and @@agent")).toEqual(["agent"]);
  });

  test("in code means nothing", () => {
    expect(to("what is `@@python`?\n```\n@@toolsmith\n```")).toEqual(["agent"]);
  });

  test("of an unknown persona is refused with the nearest name", () => {
    expect(() => to("@@agent ask @@pyhton")).toThrow(
      expect.objectContaining({ code: "PERSONA_UNKNOWN", remedies: ["@@python"] }),
    );
  });
});

test("no persona is ever asked that is not here, and none twice", () => {
  const name = fc.constantFrom(...PERSONAS, "group", "user");
  const mode = fc.constantFrom<Mode>(GROUP, DIRECT, FILE);
  fc.assert(
    fc.property(fc.array(name), mode, fc.option(name), (names, chosen, last) => {
      const text = names.map((one) => `@@${one} hi`).join(" ");
      const asked = to(text, { mode: chosen, lastSpeaker: last ?? undefined });
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((id) => !PERSONAS.includes(id))).toEqual([]);
      expect(new Set(asked).size).toBe(asked.length);
    }),
  );
});
