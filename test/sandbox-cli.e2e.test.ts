/** `org sandbox run`: what a script that uses it sees. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { type OrgOptions, type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { sleeper } from "./sandboxed.ts";
import { withMoreTime } from "./with-more-time.ts";

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

describe("a command that ends by itself", () => {
  test("gets its input, and its output and exit code come out", async () => {
    const words = ["--", "sh", "-c", "cat; echo problem >&2; exit 3"];
    expect(await sandbox(words, { stdin: "a line\n" })).toEqual({
      stdout: "a line\n",
      stderr: "problem\n",
      exitCode: 3,
    });
  });

  test.each([70, 77, 124, 137, 255])("may itself end with exit code %d", async (code) => {
    expect((await sandbox(["--", "sh", "-c", `exit ${code}`])).exitCode).toBe(code);
  });

  test("is heard while it runs, and reads while it runs", async () => {
    await using org = home.start(["sandbox", "run", "--", "sh", "-c", "read a; echo $a; read b"], {
      keepsTyping: true,
    });
    await org.write("one\n");
    expect(await org.stdout.line((text) => text !== "")).toBe("one");
    await org.close();
    expect((await org.ended).exitCode).toBe(1);
  });

  test("and does not read its input does not hold others up", async () => {
    await using org = home.start(["sandbox", "run", "--", "true"], { keepsTyping: true });
    expect((await org.ended).exitCode).toBe(0);
  });

  test("and does not exist is named, with the exit code of a shell", async () => {
    const { stderr, exitCode } = await sandbox(["--", "no-such-program"]);
    expect([stderr, exitCode]).toEqual([expect.stringContaining("no-such-program"), 127]);
  });

  test("or by a signal ends as in a shell", async () => {
    expect((await sandbox(["--", "sh", "-c", "kill -SEGV $$"])).exitCode).toBe(139);
  });

  test("shows the terminal nothing that it would obey", async () => {
    const words = ["--", "printf", "\\033]52;c;aGk=\\007\\033[2Jplain\\n"];
    expect((await sandbox(words)).stdout).toBe("plain\n");
  });

  test("sees the files that it is shown, and cannot change them", async () => {
    writeFileSync(`${home.path}/a=b.txt`, "content\n");
    mkdirSync(`${home.path}/folder`);
    symlinkSync("folder", `${home.path}/link`);
    const { stdout, stderr } = await sandbox([
      ...["--ro", "a=b.txt=/work/a.txt", "--ro=link=/data"],
      ...["--", "sh", "-c", "cat /work/a.txt; ls -d /data; echo x > /work/a.txt; touch /data/x"],
    ]);
    expect(stdout).toBe("content\n/data\n");
    expect(stderr.match(/Read-only file system/g)?.length).toBe(2);
  });
});

describe("a command that takes too much", () => {
  test.each([
    ["wall", ["--wall", "0.2"], "sleep 60", 124],
    ["cpu", ["--cpu", "0.3"], "while :; do :; done", 124],
    ["memory", ["--memory", "30000000"], "exec tail /dev/zero", 137],
    ["output", [], "exec yes", 137],
  ])("of %s is stopped", async (...[killed, limits, script, exitCode]) => {
    const words = [...limits, "--json", "--", "sh", "-c", script];
    const ran = await sandbox(words);
    expect(JSON.parse(ran.stdout)).toMatchObject({ killed, exit: null });
    expect([ran.stderr, ran.exitCode]).toEqual(["", exitCode]);
  });

  test("is told why, on standard error", async () => {
    const { stdout, stderr } = await withMoreTime(
      (limitMs) =>
        sandbox(["--wall", String(limitMs / 1000), "--", "sh", "-c", "echo up; sleep 99"]),
      (ran) => ran.stdout !== "",
    );
    expect(stdout).toBe("up\n");
    expect(stderr).toBe("org: the command was stopped by the clock; --wall S gives it longer.\n");
  });
});

test("--json prints one object with everything that is known", async () => {
  const ran = await sandbox([
    "--json",
    "--",
    "sh",
    "-c",
    "printf '\\033[1mout'; echo err >&2; exit 5",
  ]);
  expect(JSON.parse(ran.stdout)).toEqual({
    exit: 5,
    signal: null,
    killed: null,
    wallMs: expect.any(Number),
    cpuMs: expect.any(Number),
    peakBytes: expect.any(Number),
    truncated: { stdout: false, stderr: false },
    stdout: "\u001b[1mout",
    stderr: "err\n",
  });
  expect([ran.stderr, ran.exitCode]).toEqual(["", 5]);
});

// Asks the proxy by hand; it refuses before it looks a name up, so nothing leaves this machine.
const CONNECT = `
import os, socket
proxy = socket.create_connection(os.environ['https_proxy'].removeprefix('http://').split(':'))
proxy.send(b'CONNECT other.example:443 HTTP/1.1\\r\\nHost: other.example:443\\r\\n\\r\\n')
print(proxy.recv(4096).split(b'\\r\\n')[0].decode())`;

test("--net opens a way to that domain and to no other", async () => {
  const { stdout, exitCode } = await sandbox([
    "--net=page.example",
    "--",
    "python3",
    "-c",
    CONNECT,
  ]);
  expect([stdout, exitCode]).toEqual([expect.stringMatching(/^HTTP\/1.1 403 /), 0]);
  const without = await sandbox(["--", "python3", "-c", CONNECT]);
  expect(without.stderr).toContain("KeyError: 'https_proxy'");
});

test("Ctrl-C ends the command, and everything that it started", async () => {
  const { cmd, started, gone } = sleeper();
  await using org = home.start(["sandbox", "run", "--", "bash", "-c", `(${cmd}) & wait`]);
  await started();
  org.signal("SIGINT");
  expect((await org.ended).exitCode).toBe(130);
  await gone();
});

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
