/** `org sandbox run` under bubblewrap, and what it refuses. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { type OrgOptions, type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { commandSuite } from "./sandbox-suites/command.ts";

let home: TestHome;
beforeAll(async () => {
  home = await testHome();
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
});

function sandbox(words: readonly string[], options?: OrgOptions): Promise<OrgRan> {
  return home.run(["sandbox", "run", ...words], options);
}

commandSuite({ home: () => home, place: () => home.path });

describe("nothing is run", () => {
  test("where bubblewrap is missing, and the remedy is named", async () => {
    const environment = { PATH: home.path };
    const { stdout, stderr, exitCode } = await sandbox(["--", "echo", "ran"], { environment });
    expect([stdout, exitCode]).toEqual(["", 77]);
    expect(stderr).toContain("sudo apt-get install bubblewrap");
  });

  test("where namespaces are refused, and the reason is named", async () => {
    const folder = `${home.path}/refusing`;
    mkdirSync(folder);
    writeFileSync(
      `${folder}/bwrap`,
      "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n",
    );
    for (const path of [`${folder}/bwrap`, folder, home.path]) chmodSync(path, 0o755);
    const environment = { PATH: `${folder}:/usr/bin:/bin` };
    const { stdout, stderr, exitCode } = await sandbox(["--json", "--", "echo", "ran"], {
      environment,
    });
    expect(JSON.parse(stdout)).toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
    expect(stderr).toContain("apparmor_parser");
    expect(exitCode).toBe(77);
  });

  test.each([
    [["--"], "There is no command to run", 64],
    [["--cpu", "soon", "--", "true"], '--cpu is a number of seconds up to 86400, not "soon"', 64],
    [["--wall", "0", "--", "true"], "--wall is a number of seconds", 64],
    [["--memory", "1G", "--", "true"], '--memory is a number of bytes, not "1G"', 64],
    [["--ro", "a", "--", "true"], "--ro is FILE=DEST", 64],
    [["--ro", "/etc/hosts=relative", "--", "true"], "--ro is FILE=DEST", 64],
    [["--ro", "/etc/hosts=/work/../usr/x", "--", "true"], "--ro is FILE=DEST", 64],
    [["--ro", "/etc/hosts=/usr/x", "--", "true"], "--ro is FILE=DEST", 64],
    [["--net", "not a domain", "--", "true"], "not a domain", 78],
    [["--ro", "absent=/work/x", "--", "true"], 'There is no "absent" to show', 66],
  ])("for %j", async (words, message, code) => {
    const { stdout, stderr, exitCode } = await sandbox(words);
    expect([stdout, stderr, exitCode]).toEqual(["", expect.stringContaining(message), code]);
  });
});

test("org sandbox knows one action", async () => {
  const { stderr, exitCode } = await home.run(["sandbox", "walk"]);
  const refused = 'org sandbox: unknown action "walk" [USAGE]\nthe only action is run\n';
  expect([stderr, exitCode]).toEqual([expect.stringContaining(refused), 64]);
});
