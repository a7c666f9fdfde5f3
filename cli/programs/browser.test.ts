import { expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { homePaths } from "#home/home-paths.ts";
import { Quarantine } from "#home/quarantine.ts";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test("a file of a page is listed in quarantine, and released into the workspace of the home", async () => {
  await using home = await testHome();
  const quarantine = new Quarantine(homePaths(home.path).quarantine);
  const [url, page] = ["https://a.test/list.csv", "https://a.test/"];
  const { id } = await quarantine.keep({ name: "list.csv", url, page, data: Buffer.from("a,b\n") });
  const { stdout } = await runCommand(home, "browser", "files", "--json");
  expect(JSON.parse(stdout)).toMatchObject([{ id, name: "list.csv", url, page }]);
  expect(await runCommand(home, "browser", "release", id)).toMatchObject({ code: 0 });
  const released = join(homePaths(home.path).workspace, "downloads", `${id}-list.csv`);
  expect(await Bun.file(released).text()).toBe("a,b\n");
  expect((await runCommand(home, "browser", "files")).stdout).toBe("No file is in quarantine.\n");
});

test("a program that is not a browser is tried in the sandbox, and refused", async () => {
  await using home = await testHome();
  const path = join(home.path, "chromium");
  await Bun.write(path, "#!/bin/sh\nexit 3\n");
  await chmod(path, 0o755);
  await expect(runCommand(home, "browser", "status", "--path", path)).rejects.toMatchObject({
    code: "BROWSER_FAILED",
  });
});
