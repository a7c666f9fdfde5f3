import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createHome, homePaths } from "./home-paths.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-home-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("everything but personas and workflows lies under .org", () => {
  const { root, personas, workflows, ...rest } = homePaths("/home/ada/org");
  expect(root).toBe("/home/ada/org");
  expect(personas).toBe("/home/ada/org/personas");
  for (const path of Object.values(rest)) expect(path).toStartWith("/home/ada/org/.org/");
  expect(rest.journal).toEndWith("/.org/state/current/journal.sqlite");
  expect(workflows).toBe("/home/ada/org/workflows");
  expect(rest.socket).toEndWith("/.org/run/org.sock");
});

test("two generations share what a human has set up, and none of their state", () => {
  const [current, candidate] = [homePaths("/org"), homePaths("/org", "candidate")];
  const shared = Object.keys(current).filter(
    (name) => Reflect.get(current, name) === Reflect.get(candidate, name),
  );
  expect(shared.sort()).toEqual([
    "access",
    "declinedEngine",
    "disabledTools",
    "forge",
    "forgeLogs",
    "logs",
    "mcpPins",
    "personas",
    "policyApproval",
    "projects",
    "root",
    "workflows",
  ]);
});

test("creates the folders for this user alone, whatever the umask, and twice does no harm", async () => {
  const paths = homePaths(join(home, "not", "yet"));
  const before = process.umask(0o277);
  try {
    await createHome(homePaths(home));
  } finally {
    process.umask(before);
  }
  await createHome(paths);
  await createHome(paths);
  for (const { journal, socket, backups, workspace, logs, root } of [paths, homePaths(home)]) {
    for (const path of [dirname(journal), dirname(socket), backups, workspace, logs]) {
      expect(modeOf(path)).toBe(0o700);
    }
    expect(modeOf(join(root, ".org"))).toBe(0o700);
  }
});

test("closes a folder that others could read", async () => {
  mkdirSync(join(home, ".org", "run"), { recursive: true });
  chmodSync(join(home, ".org", "run"), 0o755);
  await createHome(homePaths(home));
  expect(modeOf(join(home, ".org", "run"))).toBe(0o700);
});

test("says which folder could not be created", async () => {
  writeFileSync(join(home, ".org"), "a file");
  await expect(createHome(homePaths(home))).rejects.toMatchObject({
    code: "FILE_FAILED",
    message: `Could not write "${join(home, ".org")}"`,
  });
});
