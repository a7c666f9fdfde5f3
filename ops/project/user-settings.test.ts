/** What the user's Git is told for all repositories counts for a room as it does for their Git. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { humanSettings } from "#platform/git/human-identity.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { UserProject } from "#test/user-project.ts";
import { contentSettings, excludesOf } from "./user-settings.ts";

const { signal } = new AbortController();

async function rulesOf(user: UserProject): Promise<readonly string[]> {
  const source = await openCheckout(user.root);
  const settings = await humanSettings({ folder: user.root, signal });
  return (await excludesOf(source, settings, signal)).split("\n");
}

test("the file of rules that the user names is found from the top, the home and the root", async () => {
  using user = new UserProject();
  const folder = mkdtempSync(join(tmpdir(), "org-rules-"));
  writeFileSync(join(folder, "rules"), "of-the-root\n");
  mkdirSync(join(user.root, "etc"));
  writeFileSync(join(user.root, "etc/rules"), "of-the-top\n");
  writeFileSync(join(user.root, ".git/info/exclude"), "of-the-repository\n");
  const way = "../".repeat(20);
  const { exitCode, stdout } = Bun.spawnSync(["id", "-un"]);
  // A user of a container may have no name.
  const named =
    exitCode === 0 ? [[`~${stdout.toString().trim()}/${way}${folder}/rules`, "of-the-root"]] : [];
  for (const [place = "", rule = ""] of [
    [join(folder, "rules"), "of-the-root"],
    ["etc/rules", "of-the-top"],
    [`~/${relative(homedir(), folder)}/rules`, "of-the-root"],
    ...named,
  ]) {
    user.git("config", "core.excludesFile", place);
    const rules = await rulesOf(user);
    expect(rules).toContain(rule);
    expect(rules.indexOf("of-the-repository")).toBeGreaterThan(rules.indexOf(rule));
  }
  rmSync(folder, { recursive: true });
});

test("of line ends the last word counts, and what Git would not take for one is none", async () => {
  using user = new UserProject();
  const said = async () => contentSettings(await humanSettings({ folder: user.root, signal }));
  user.git("config", "core.autocrlf", "true");
  user.git("config", "--add", "core.autocrlf", "input");
  user.git("config", "core.eol", "crlf");
  expect(await said()).toEqual([
    ["core.autocrlf", "input"],
    ["core.eol", "crlf"],
  ]);
  user.git("config", "core.eol", "sideways");
  expect(await said()).toEqual([["core.autocrlf", "input"]]);
});
