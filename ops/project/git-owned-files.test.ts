/** Files in the copy of a room that Git itself obeys, and what they do to a turn, a promotion and a rollback. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectRepository } from "#test/project-repository.ts";
import { makeCandidate } from "./candidate.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";
import { keepTurn, type ProjectWork } from "./work.ts";

const AGENT = { persona: "agent", title: "change" };

async function changed(user: ProjectRepository, files: Readonly<Record<string, string>>) {
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  const work = await user.open();
  for (const [path, text] of Object.entries(files)) writeFileSync(join(work.copy, path), text);
  return work;
}

const candidateOf = (work: ProjectWork) => makeCandidate(work, { title: "x", trailers: {} });

test("an encoding that an attribute names costs the turn that file alone", async () => {
  using user = new ProjectRepository();
  const attributes = "a.txt working-tree-encoding=UTF-16\n";
  const files = {
    ".gitattributes": attributes,
    "a.txt": "two\n",
    "dir/b.txt": "c\n",
    "n.txt": "n\n",
  };
  const work = await changed(user, files);
  const why = "Git cannot keep it: BOM is required in 'a.txt' if encoded as UTF-16";
  expect(await keepTurn(work, AGENT)).toMatchObject({
    files: 3,
    refused: [{ path: "a.txt", why }],
  });
  work.touched.add("a.txt");
  writeFileSync(join(work.copy, "a.txt"), "three\n");
  expect(await keepTurn(work, AGENT)).toBeUndefined();
});

test("attributes that come and go with a change leave the files as they were, and Git finds nothing changed", async () => {
  using user = new ProjectRepository();
  const work = await changed(user, { ".gitattributes": "* text eol=crlf\n", "a.txt": "two\n" });
  await keepTurn(work, AGENT);
  const read = async () => await Bun.file(join(user.root, "a.txt")).text();
  expect(await promoteCandidate(work, await candidateOf(work))).toMatchObject({ left: [] });
  expect([await read(), user.git("status", "--porcelain")]).toEqual(["two\r\n", ""]);
  expect(await rollbackPromotion(work.location)).toMatchObject({ left: [] });
  expect([await read(), user.git("status", "--porcelain")]).toEqual(["one\n", ""]);
});

test("a file that Git holds dangerous is refused in words, and nothing is left in the user's repository", async () => {
  using user = new ProjectRepository();
  const modules = '[submodule "x"]\n\tpath = x\n\turl = -u./payload\n';
  const work = await changed(user, { ".gitmodules": modules });
  await keepTurn(work, AGENT);
  const candidate = await candidateOf(work);
  const before = user.state();
  await expect(promoteCandidate(work, candidate)).rejects.toMatchObject({
    code: "CANDIDATE_REFUSED",
    why: expect.stringContaining("disallowed submodule url"),
    remedies: [expect.stringContaining("/undo"), expect.any(String)],
  });
  expect(user.state()).toEqual(before);
});
