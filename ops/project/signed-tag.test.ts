/** Tags on promotions and rollbacks, as the user's own Git verifies them and as org does. */
import { expect, test } from "bun:test";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { prepareKey } from "#fitness/gate/signing.ts";
import { codeOf } from "#test/promoting.ts";
import { NOW, UserProject } from "#test/user-project.ts";
import { promoteCandidate } from "./promotion.ts";
import { rollbackPromotion } from "./rollback.ts";
import { newestChange } from "./signed-tag.ts";

const EDIT = { "src/a.ts": "A\n" };

async function promoted(user: UserProject, report?: string) {
  const [room, candidate] = await user.candidate(EDIT);
  return await promoteCandidate(room, candidate, { nowMs: NOW, signing: user.signing, report });
}

const verify = (user: UserProject, tag: string): string =>
  user.git("-c", `gpg.ssh.allowedSignersFile=${user.signing.signers}`, "verify-tag", tag);

test("a promotion is tagged with its provenance, and Git and org verify the tag", async () => {
  using user = new UserProject();
  const { tag, commit, branch } = await promoted(user, '{"outcome":"passes"}');
  if (tag === null) throw new Error("There is no tag");
  expect(tag).toBe(`promotion/20261123T083000Z-${commit.slice(0, 8)}`);
  expect(user.git("rev-parse", `${tag}^{commit}`).trim()).toBe(commit);
  verify(user, tag);
  expect(user.git("tag", "--list", "--format=%(contents)").split("-----BEGIN")[0]).toBe(
    `Promote ${branch} into main\n\n{"outcome":"passes"}\n\nOrg-Model: small\nOrg-Persona: coder\nOrg-Candidate: ${branch}\n`,
  );
  user.git("fsck", "--strict");
  expect(await newestChange(user, user.signing)).toEqual({
    ...{ kind: "promotion", candidate: branch, into: "main", commit, tag, fault: null },
  });
});

test("a rollback is tagged too, and the tag of the promotion stays", async () => {
  using user = new UserProject();
  const first = await promoted(user);
  const { tag, commit } = await rollbackPromotion(user, { nowMs: NOW, signing: user.signing });
  expect(tag).toBe(`rollback/20261123T083000Z-${commit.slice(0, 8)}`);
  for (const name of [first.tag, tag]) verify(user, name ?? "");
  expect(await newestChange(user, user.signing)).toMatchObject({ kind: "rollback", fault: null });
});

test("a home without a key to sign with makes no tag, and says so", async () => {
  using user = new UserProject();
  const [room, candidate] = await user.candidate(EDIT);
  expect(await newestChange(user, user.signing)).toBeUndefined();
  expect((await promoteCandidate(room, candidate)).tag).toBeNull();
  expect(await newestChange(user, user.signing)).toMatchObject({ fault: "was never made" });
});

test.each<[what: string, fault: string, spoil: (user: UserProject, tag: string) => unknown]>([
  ["is removed", "is gone", (user, tag) => user.git("tag", "-d", tag)],
  [
    "is made anew by another",
    "names another object than the one that was signed",
    (user, tag) => user.git("tag", "--force", "-a", "-m", "mine", tag, "HEAD^"),
  ],
  [
    "was signed by a key that does not count",
    "is not signed by this home",
    async ({ signing }) => {
      const other = { key: `${signing.key}-other`, signers: `${signing.signers}-other` };
      await prepareKey(other);
      copyFileSync(other.signers, signing.signers);
    },
  ],
  [
    "nothing is left to hold against",
    "cannot be verified, because FOLDER/allowed_signers is not there",
    ({ signing }) => rmSync(signing.signers),
  ],
])("a tag that %s does not verify", async (_what, fault, spoil) => {
  using user = new UserProject();
  const { tag } = await promoted(user);
  await spoil(user, tag ?? "");
  const found = await newestChange(user, user.signing);
  expect(found?.fault?.replace(dirname(user.signing.signers), "FOLDER")).toBe(fault);
});

test("a tag is not called forged where the program that verifies it is not there", async () => {
  using user = new UserProject();
  await promoted(user);
  const programs = join(user.root, "..", "programs");
  mkdirSync(programs);
  symlinkSync(Bun.which("git") ?? "", join(programs, "git"));
  const code = `import { newestChange } from ${JSON.stringify(join(import.meta.dir, "signed-tag.ts"))};
    const place = ${JSON.stringify({ root: user.root, folder: user.folder })};
    console.log((await newestChange(place, ${JSON.stringify(user.signing)})).fault);`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", code], {
    cwd: import.meta.dir,
    env: { PATH: programs, TMPDIR: join(user.root, "..") },
  });
  expect(stdout.toString()).toBe(
    "cannot be verified, because there is no ssh-keygen on the PATH\n",
  );
});

test("a tag of before verifies although the home has a new key", async () => {
  using user = new UserProject();
  const { tag } = await promoted(user);
  rmSync(user.signing.key);
  const later = await rollbackPromotion(user, { nowMs: NOW, signing: user.signing });
  for (const name of [tag, later.tag]) verify(user, name ?? "");
  expect(readFileSync(user.signing.signers, "utf8").split("\n")).toHaveLength(3);
  await prepareKey(user.signing);
  expect(readFileSync(user.signing.signers, "utf8").split("\n")).toHaveLength(3);
});

test("a signed object under a record of another commit does not verify", async () => {
  using user = new UserProject();
  const { commit } = await promoted(user);
  const ledger = `${user.folder}/promotions.json`;
  const other = user.git("rev-parse", "HEAD^").trim();
  await Bun.write(
    ledger,
    readFileSync(ledger, "utf8").replaceAll(`"to":"${commit}"`, `"to":"${other}"`),
  );
  const fault = "is about another commit";
  expect(await newestChange(user, user.signing)).toMatchObject({ fault });
});

test("a signature in the message is not taken for the one at its end", async () => {
  using user = new UserProject();
  const { tag } = await promoted(user, "x\n-----BEGIN SSH SIGNATURE-----\nforged");
  verify(user, tag ?? "");
  expect(await newestChange(user, user.signing)).toMatchObject({ fault: null });
});

test("a tag of the user that takes the place of ours is told before anything is changed", async () => {
  using user = new UserProject();
  const [room, candidate] = await user.candidate(EDIT);
  user.git("tag", "promotion");
  appendFileSync(`${user.root}/notes.txt`, "mine\n");
  const before = user.state();
  const refused = promoteCandidate(room, candidate, { signing: user.signing });
  expect(await codeOf(refused)).toBe("CANDIDATE_REFUSED");
  expect(user.state()).toBe(before);
});
