/** Repositories whose Git takes no notice of executable bits, as on a disk that is shared with Windows. */
import { expect, test } from "bun:test";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NOW, UserProject } from "#test/user-project.ts";
import { makeCandidate } from "./candidate.ts";
import { findProject } from "./location.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";
import { keepTurn, openWork, type ProjectWork } from "./work.ts";

async function roomOf(user: UserProject): Promise<ProjectWork> {
  const place = await findProject(user.root, join(user.folder, ".."));
  if (place === undefined) throw new Error(`Found no project at ${user.root}`);
  return await openWork(place, `project-${place.id}`, { signal: new AbortController().signal });
}

function modeOf(user: UserProject, path: string): string {
  return (statSync(join(user.root, path)).mode & 0o777).toString(8);
}

test("a file keeps the executable bits that only the disk knows of", async () => {
  using user = new UserProject({ "run.sh": "one\n", "bin/tool": { run: "one\n" } });
  user.git("config", "core.fileMode", "false");
  chmodSync(join(user.root, "run.sh"), 0o755);
  chmodSync(join(user.root, "bin/tool"), 0o640);
  const work = await roomOf(user);
  for (const path of ["run.sh", "bin/tool"]) writeFileSync(join(work.copy, path), "two\n");
  await keepTurn(work, { persona: "coder", title: "two" });
  const candidate = await makeCandidate(work, { title: "two", trailers: {}, nowMs: NOW });
  await promoteCandidate(work, candidate);
  expect([user.read("run.sh"), user.read("bin/tool")]).toEqual(["two\n", "two\n"]);
  expect([modeOf(user, "run.sh"), modeOf(user, "bin/tool")]).toEqual(["755", "640"]);
  await rollbackPromotion(work.location);
  expect([user.read("run.sh"), user.read("bin/tool")]).toEqual(["one\n", "one\n"]);
  expect([modeOf(user, "run.sh"), modeOf(user, "bin/tool")]).toEqual(["755", "640"]);
  expect(user.git("status", "--porcelain")).toBe("");
});

test("a change of the mode itself reaches the disk, there as elsewhere", async () => {
  using user = new UserProject({ "run.sh": "one\n", "bin/tool": { run: "one\n" } });
  user.git("config", "core.fileMode", "false");
  const work = await roomOf(user);
  chmodSync(join(work.copy, "run.sh"), 0o755);
  chmodSync(join(work.copy, "bin/tool"), 0o644);
  await keepTurn(work, { persona: "coder", title: "modes" });
  const candidate = await makeCandidate(work, { title: "modes", trailers: {}, nowMs: NOW });
  await promoteCandidate(work, candidate);
  expect([modeOf(user, "run.sh"), modeOf(user, "bin/tool")]).toEqual(["755", "644"]);
  expect(user.git("ls-files", "--format=%(objectmode)")).toBe("100644\n100755\n");
});
