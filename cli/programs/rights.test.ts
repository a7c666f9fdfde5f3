/** What a user grants: tokens, leases and a policy program, in this process. */
import { expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test("a token is made, listed without what is secret in it, and revoked", async () => {
  await using home = await testHome();
  const made = await runCommand(home, "token", "create", "--name", "phone", "--scope", "read");
  const token = /org_\S+/.exec(made.stdout)?.[0] ?? "";
  expect(token).not.toBe("");
  const { stdout } = await runCommand(home, "token", "list");
  expect(stdout).toMatch(/^[0-9a-f]{12} {2}bearer {2}read .* phone\n$/);
  expect(stdout).not.toContain(token);
  await runCommand(home, "token", "revoke", stdout.slice(0, 12));
  expect((await runCommand(home, "token", "list")).stdout).toBe("");
});

test("with a database that does not answer no token is made, here or elsewhere", async () => {
  await using home = await testHome();
  const environment = { ORG_DB: "postgres://ada:geheim@127.0.0.1:1/org", ORG_NODE: "a" };
  for (const words of [
    ["token", "create", "--name", "phone"],
    ["lease", "grant", "--tool", "sh"],
  ]) {
    const refused = runCommand({ path: home.path, environment }, ...words);
    await expect(refused).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  }
  expect((await runCommand(home, "token", "list")).stdout).toBe("");
  expect((await runCommand(home, "lease")).stdout).toBe("");
});

test("a lease is granted, narrowed and revoked; for a tool that there is not that is said", async () => {
  await using home = await testHome();
  const lease = async (...words: readonly string[]) => await runCommand(home, "lease", ...words);
  const granted = await lease("grant", "--tool", "sh", "--persona", "agent", "--uses", "3");
  expect(granted).toMatchObject({ code: 0, stderr: "" });
  expect((await lease("grant", "--from", "L1", "--uses", "1")).code).toBe(0);
  expect((await lease("grant", "--tool", "shh")).stderr).toContain("shh");
  expect((await lease("list")).stdout.trimEnd().split("\n")).toHaveLength(3);
  const { leases } = JSON.parse((await lease("list", "--json")).stdout);
  expect(leases).toHaveLength(3);
  await lease("revoke", "L1");
  expect((await lease("list")).stdout).not.toBe("");
  await expect(lease("grant", "--tool", "sh", "--uses", "0")).rejects.toMatchObject({
    code: "USAGE",
  });
});

test("a policy program decides nothing before a user has approved what it is", async () => {
  await using home = await testHome();
  // A program of the sandbox runs as the user 65534, and reads what all users may read.
  await chmod(home.path, 0o755);
  const program = join(home.path, "policy");
  await Bun.write(program, "#!/bin/sh\n");
  await chmod(program, 0o755);
  await Bun.write(join(home.path, "org.config"), `[policy]\nprogram = "${program}"\n`);
  const config = async (...words: readonly string[]) => await runCommand(home, "config", ...words);
  const before = await config("check");
  expect(before.stdout + before.stderr).toContain("every call it would be asked about is denied");
  expect((await config("approve-policy")).stdout).toContain(program);
  const after = await config("check");
  expect(after.stdout + after.stderr).not.toContain("denied");
  await Bun.write(program, "#!/bin/sh\n# changed\n");
  const changed = await config("check");
  expect(changed.stdout + changed.stderr).toContain("is denied");
});
