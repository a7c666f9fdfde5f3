import { expect, test } from "bun:test";
import { join } from "node:path";
import { STATEMENTS } from "#models/note-exam.ts";
import { ProfileStore } from "#models/profile-store.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { takesNoteExam } from "./note-exam.ts";

const RIGHT = JSON.stringify({
  lasting: STATEMENTS.flatMap(([, lasts], at) => (lasts ? [at + 1] : [])),
});

test("each model is asked once, also after a restart, and again where no answer came", async () => {
  await using folder = await temporaryFolder("org-note-exam-");
  let asked = 0;
  const take = (model: string, answer: () => string) =>
    takesNoteExam({
      store: new ProfileStore(join(folder.path, "profiles.json")),
      endpoint: "http://127.0.0.1:1",
      model,
      ask: () => {
        asked += 1;
        return Promise.try(answer);
      },
    });
  const fails = () => {
    throw new Error("no answer");
  };
  await expect(take("good", fails)).rejects.toThrow("no answer");
  expect([await take("good", () => RIGHT), await take("good", fails)]).toEqual([true, true]);
  expect(await take("bad", () => '{"lasting": [1, 2]}')).toBe(false);
  expect([await take("bad", () => RIGHT), await take("good", fails)]).toEqual([false, true]);
  expect(asked).toBe(3);
});
