import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { NOTE_EXAM, passesNoteExam, STATEMENTS, takesNoteExam } from "./note-exam.ts";
import { ProfileStore } from "./profile-store.ts";

const RIGHT = STATEMENTS.flatMap(([, lasts], at) => (lasts ? [at + 1] : []));
const answer = (lasting: unknown) => JSON.stringify({ lasting });

test("it is one question of what lasts and of remarks, of which one may be wrong", () => {
  expect([STATEMENTS.length, RIGHT.length]).toEqual([16, 7]);
  for (const [sentence] of STATEMENTS) expect(NOTE_EXAM.messages[0]?.content).toContain(sentence);
  expect(passesNoteExam(answer(RIGHT))).toBe(true);
  expect(passesNoteExam(`Here: ${answer(RIGHT.slice(1))}`)).toBe(true);
});

test.each([
  ["all", answer(STATEMENTS.map((_, at) => at + 1))],
  ["none", answer([])],
  // What Qwen2.5-Coder-1.5B says.
  ["the first two", answer([1, 2])],
  ["two missing", answer(RIGHT.slice(2))],
  ["one missing, one too many", answer([...RIGHT.slice(1), 2])],
  ["words", "The first one."],
  ["another shape", answer("1, 3")],
])("%s is not a pass", (_, text) => {
  expect(passesNoteExam(text)).toBe(false);
});

test("each model is asked once, also after a restart, and again where no answer came", async () => {
  await using folder = await temporaryFolder("org-note-exam-");
  let asked = 0;
  const take = (model: string, give: () => string) =>
    takesNoteExam({
      store: new ProfileStore(join(folder.path, "profiles.json")),
      endpoint: "http://127.0.0.1:1",
      model,
      ask: () => {
        asked += 1;
        return Promise.try(give);
      },
    });
  const fails = () => {
    throw new Error("no answer");
  };
  await expect(take("good", fails)).rejects.toThrow("no answer");
  expect([await take("good", () => answer(RIGHT)), await take("good", fails)]).toEqual([
    true,
    true,
  ]);
  expect(await take("bad", () => '{"lasting": [1, 2]}')).toBe(false);
  expect([await take("bad", () => answer(RIGHT)), await take("good", fails)]).toEqual([
    false,
    true,
  ]);
  expect(asked).toBe(3);
});
