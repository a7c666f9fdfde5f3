import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPersonaFiles } from "./persona-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-personas-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  writeFileSync(join(folder, "poet.md"), text);
  return readPersonaFiles(folder, ["sh", "python_run"]);
};

test("reads every field", () => {
  const text =
    "---\nid: poet\ndescription: writes verse\nmodel: llama3.2\ntools: [sh]\ntemperature: 1.2\n---\n\nYou rhyme.\n";
  expect(read(text)).toEqual([
    {
      id: "poet",
      description: "writes verse",
      model: "llama3.2",
      tools: ["sh"],
      temperature: 1.2,
      prompt: "You rhyme.",
    },
  ]);
});

test("how the model is asked can be fixed for a persona", () => {
  const [persona] = read("---\nid: poet\ncalls: text\nlean: false\n---\nYou rhyme.");
  expect(persona?.profile).toEqual({ calls: "text", lean: false });
});

test("an id and a prompt are enough", () => {
  expect(read("---\nid: poet\n---\nYou rhyme.")).toEqual([
    { id: "poet", description: "defined in poet.md", tools: [], prompt: "You rhyme." },
  ]);
});

test.each([
  ["You rhyme.", "does not begin with a block"],
  ["---\nid: Poet\n---\nx", "id: an id is 1 to 32 lower-case letters"],
  ["---\nid: user\n---\nx", "id: this id has a meaning of its own"],
  ["---\nid: poet\ntemperature: hot\n---\nx", "temperature: "],
  ["---\nid: poet\ncalls: json\n---\nx", "calls: "],
  ["---\nid: poet\nlean: yes please\n---\nx", "lean: "],
  ["---\nid: poet\ntools: [rm]\n---\nx", 'there is no "rm"; the tools are sh, python_run'],
  ["---\nid: poet\ncolour: red\n---\nx", "colour"],
  ["---\nid: [\n---\nx", "is not YAML"],
  ["---\nid: poet\n---\n  \n", "there is no system prompt"],
  [`---\nid: poet\n---\n${"x".repeat(4001)}`, "4001 characters"],
])("refuses %j and says why", (text, why) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({
      code: "PERSONA_INVALID",
      why: expect.stringContaining(why),
    }),
  );
});

test("refuses two personas of the same name", () => {
  writeFileSync(join(folder, "other.md"), "---\nid: poet\n---\nAnother.");
  expect(() => read("---\nid: poet\n---\nYou rhyme.")).toThrow(
    expect.objectContaining({ why: 'two files define the persona "poet"' }),
  );
});

test("a folder that is not there holds no personas", () => {
  expect(readPersonaFiles(join(folder, "none"), [])).toEqual([]);
});

test("a persona that is a FIFO is refused instead of waited for", () => {
  expect(Bun.spawnSync(["mkfifo", join(folder, "poet.md")]).exitCode).toBe(0);
  expect(() => readPersonaFiles(folder, [])).toThrow(
    expect.objectContaining({
      code: "PERSONA_INVALID",
      why: `"${join(folder, "poet.md")}" is not a regular file`,
    }),
  );
});
