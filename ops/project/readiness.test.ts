import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ProjectRepository } from "#test/project-repository.ts";
import { codeOf } from "#test/promoting.ts";
import { refuseUnready } from "./readiness.ts";

test("a repository whose user Git knows is ready", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "a\n" });
  expect(await codeOf(refuseUnready(user, "candidate"))).toBe("none");
  expect(await codeOf(refuseUnready(user, "promotion"))).toBe("none");
});

test("without a name of the user neither a candidate nor a promotion is begun", async () => {
  using user = new ProjectRepository();
  user.git("config", "user.name", "");
  expect(await codeOf(refuseUnready(user, "candidate"))).toBe("CONFIG_INVALID");
  expect(await codeOf(refuseUnready(user, "promotion"))).toBe("CONFIG_INVALID");
});

test("without a branch that has a commit no promotion is begun", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "a\n" });
  user.git("checkout", "--quiet", "--detach");
  expect(await codeOf(refuseUnready(user, "candidate"))).toBe("none");
  expect(await codeOf(refuseUnready(user, "promotion"))).toBe("CANDIDATE_REFUSED");
  user.git("checkout", "--quiet", "--orphan", "unborn");
  expect(await codeOf(refuseUnready(user, "promotion"))).toBe("CANDIDATE_REFUSED");
});

test.each([
  ["branch", "cand"],
  ["tag", "promotion"],
])("beside a %s that is called %s no promotion is begun", async (kind, name) => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "a\n" });
  user.git(kind, name);
  expect(await codeOf(refuseUnready(user, "candidate"))).toBe("none");
  expect(await codeOf(refuseUnready(user, "promotion"))).toBe("CANDIDATE_REFUSED");
});

test("the name of the user is that of the repository, whatever repository the environment names", () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "a\n" });
  const other = join(user.folder, "other");
  mkdirSync(other);
  user.gitIn(other, "init", "--quiet");
  const program = `
    const { refuseUnready } = await import(${JSON.stringify(join(import.meta.dir, "readiness.ts"))});
    await refuseUnready({ root: ${JSON.stringify(user.root)} }, "promotion");
    console.log("ready");`;
  const environment = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: user.folder };
  const { stdout } = Bun.spawnSync([process.execPath, "-e", program], {
    env: { ...environment, GIT_DIR: join(other, ".git"), GIT_WORK_TREE: other },
  });
  expect(stdout.toString()).toBe("ready\n");
});

test("without ssh-keygen a candidate is made, and no promotion is begun", () => {
  using user = new ProjectRepository();
  const programs = join(user.folder, "programs");
  mkdirSync(programs);
  for (const name of ["git", "env"]) symlinkSync(Bun.which(name) ?? "", join(programs, name));
  const program = `
    const { refuseUnready } = await import(${JSON.stringify(join(import.meta.dir, "readiness.ts"))});
    const root = ${JSON.stringify(user.root)};
    await refuseUnready({ root }, "candidate");
    await refuseUnready({ root }, "promotion").catch(({ code, why }) => console.log(code, why));`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", program], {
    env: { PATH: programs, HOME: user.folder },
  });
  expect(stdout.toString()).toBe("PROCESS_FAILED There is no ssh-keygen on the PATH.\n");
});
