import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectRepository } from "#test/project-repository.ts";
import { namedPath } from "./diff-path.ts";
import { keepTurn } from "./work.ts";

async function changed(user: ProjectRepository) {
  user.commit("first", { "a.txt": "one\n", "dir/a.txt": "one\n", "dir/b.txt": "b\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "dir", "a.txt"), "two\n");
  writeFileSync(join(work.copy, "dir", "new.txt"), "new\n");
  await keepTurn(work, { persona: "agent", title: "change it" });
  return work;
}

test("a name is read from where its user stands, then from the top", async () => {
  using user = new ProjectRepository();
  const work = await changed(user);
  const within = join(user.root, "dir");
  mkdirSync(join(user.root, "empty"));
  const pathOf = async (given: string, cwd: string) => (await namedPath(work, given, cwd)).path;
  expect(await pathOf("a.txt", within)).toBe("dir/a.txt");
  expect(await pathOf("../dir/new.txt", join(user.root, "empty"))).toBe("dir/new.txt");
  expect(await pathOf("dir/a.txt", within)).toBe("dir/a.txt");
  expect(await pathOf("./dir/", "/")).toBe("dir");
  expect(await pathOf(join(within, "new.txt"), "/")).toBe("dir/new.txt");
  expect(await pathOf(".", user.root)).toBe("");
});

test("a file that the room left alone is not one that there is not", async () => {
  using user = new ProjectRepository();
  const work = await changed(user);
  expect(await namedPath(work, "dir/b.txt", user.root)).toEqual({
    path: "dir/b.txt",
    isChanged: false,
  });
  const unknown = await namedPath(work, "dir/nwe.txt", user.root).catch((error: unknown) => error);
  expect(unknown).toMatchObject({ code: "INPUT_MISSING" });
  expect(unknown).toMatchObject({ remedies: expect.arrayContaining(["/diff dir/new.txt"]) });
});

test("a name that leads out is refused", async () => {
  using user = new ProjectRepository();
  const work = await changed(user);
  for (const given of ["../x", "/etc/passwd", "dir/../../x"]) {
    await expect(namedPath(work, given, user.root)).rejects.toMatchObject({ code: "PATH_REFUSED" });
  }
});
