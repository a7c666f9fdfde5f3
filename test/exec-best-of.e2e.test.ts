/** `org exec --best-of` as a process: what is printed is one patch, whatever became of the other attempts. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { answer, fileAnswer, RENAMED } from "./exec-repository.ts";
import { execPlace } from "./exec-run.ts";
import { say } from "./scripted-answers.ts";

test("of three attempts the best is printed, and nothing of the others is left", async () => {
  await using place = await execPlace();
  const task = join(place.home.path, "task.md");
  const wider = fileAnswer("src/cart.ts", "export const sum = 1;\n// more\n");
  const ran = await place.exec(
    ({ body }) => {
      if (body["seed"] === 2) return say(answer(RENAMED));
      if (body["seed"] === 3) return say("I would rather not.");
      return say(wider);
    },
    { args: [task, "--best-of", "3"] },
  );
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout.match(/^---(?:COMMIT_MSG|PATCH)---$/gm)).toHaveLength(2);
  expect(ran.stdout).toContain("+export const sum = 1;\n");
  expect(ran.stdout).not.toContain("// more");
  const rows = ran.stderr.match(/^\d {2}exec .*$/gm) ?? [];
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4).join(" "))).toEqual([
    "2 exec m ✔ passes",
    "1 exec m ✔ passes",
    "3 exec m ✘ refused",
  ]);
  expect(ran.stderr).toContain(
    "attempt 3: The answer was refused, and the model is asked once more",
  );
  expect(ran.requests).toHaveLength(4);
  expect([0.2, 0.7]).toContain(Number(ran.requests[0]?.body["temperature"]));
  expect(ran).toMatchObject({ isUntouched: true, leftOver: [] });
});

test("where none can be used nothing is printed, and the exit code is that of one task", async () => {
  await using place = await execPlace();
  const task = join(place.home.path, "task.md");
  const wrong = fileAnswer("elsewhere.ts", "x\n");
  const ran = await place.exec(() => say(wrong), { args: [task, "--best-of", "2"] });
  expect(ran).toMatchObject({ exitCode: 77, stdout: "", isUntouched: true, leftOver: [] });
  expect(ran.stderr).toContain("✘ refused");
  const none = await place.exec([], { args: [task, "--best-of", "9"] });
  expect(none).toMatchObject({ exitCode: 64, stdout: "" });
  expect(none.stderr).toContain("a number from 2 to 8");
});
