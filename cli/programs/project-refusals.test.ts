/** What `org project` is refused with where there is no room, in full. */
import { expect, spyOn, test } from "bun:test";
import { changeRecord, findProject } from "#ops/project/location.ts";
import { testHome } from "#test/org-process.ts";
import { repositoryOf } from "#test/project-repository.ts";
import { runCommand } from "#test/run-command.ts";

const UNCHANGED = "Nothing was changed.";
const OPEN = ["org --project .", 'org ask --project . "What does this project do?"'];

test("a folder without a repository, one that is new and one that was declined have no room", async () => {
  await using home = await testHome();
  using repository = repositoryOf({ "a.txt": "a\n" });
  const refusal = async (...args: readonly string[]) =>
    await runCommand(home, "project", ...args).catch((error: unknown) => error);
  const absent = {
    ...{ message: "No room works on this repository", code: "INPUT_MISSING" },
    ...{ remedies: OPEN, unchanged: UNCHANGED },
  };
  const folder = spyOn(process, "cwd").mockReturnValue(home.path);
  try {
    const why = "this folder is not in a Git repository";
    expect(await refusal()).toMatchObject({ ...absent, why });
    folder.mockReturnValue(repository.root);
    const { root } = repository;
    expect(await refusal()).toMatchObject({ ...absent, why: `org was never opened on ${root}` });
    const place = await findProject(root, home.paths.projects);
    if (place === undefined) throw new Error("There is no repository");
    const record = { root, checks: [], dependencies: [] };
    await changeRecord(place, () => ({ ...record, isDeclined: true }));
    expect(await refusal()).toMatchObject({ ...absent, why: `org was declined for ${root}` });
    await changeRecord(place, () => record);
    for (const action of ["status", "diff", "undo", "checks", "critic", "cand", "promote"]) {
      expect(await refusal(action, "--room", "tea")).toMatchObject({
        ...{ message: `There is no room project-${place.id}-tea yet`, code: "INPUT_MISSING" },
        ...{ why: `it got no message about ${root}`, remedies: OPEN, unchanged: UNCHANGED },
      });
    }
  } finally {
    folder.mockRestore();
  }
});

test.each([
  ["status", "x"],
  ["undo", "x"],
  ["checks", "x"],
  ["rebase", "x"],
  ["cand", "x"],
])("org project %s takes no operand %s", async (action, operand) => {
  await using home = await testHome();
  await expect(runCommand(home, "project", action, operand)).rejects.toMatchObject({
    ...{ message: `"${operand}" cannot follow "${action}"`, code: "USAGE", unchanged: UNCHANGED },
    why: "only diff [FILE], critic [TEXT], cand [list|show CANDIDATE], promote [CANDIDATE], rollback [CANDIDATE], try [TASK] take one",
    remedies: [`org project ${action}`, "org help project"],
  });
});
