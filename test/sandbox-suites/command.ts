/** `org sandbox run`: what a script that uses it sees, whatever programs run in. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { shellQuoted } from "#core/text/shell-word.ts";
import type { OrgOptions, OrgRan, TestHome } from "../org-process.ts";
import { until } from "../until.ts";
import { withMoreTime } from "../with-more-time.ts";

export interface CommandSetup {
  /** Known once the tests run. */
  readonly home: () => TestHome;
  /** A folder of which files may be shown. */
  readonly place: () => string;
}

type Sandbox = (words: readonly string[], options?: OrgOptions) => Promise<OrgRan>;

export function commandSuite({ home, place }: CommandSetup): void {
  const sandbox: Sandbox = (words, options) => home().run(["sandbox", "run", ...words], options);
  endsSuite(sandbox, home);
  filesSuite(sandbox, { home, place });
  limitsSuite(sandbox);
  reportSuite(sandbox);
  stopSuite(home);
}

function endsSuite(sandbox: Sandbox, home: () => TestHome): void {
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
      await using org = home().start(
        ["sandbox", "run", "--", "sh", "-c", "read a; echo $a; read b"],
        {
          keepsTyping: true,
        },
      );
      await org.write("one\n");
      expect(await org.stdout.line((text) => text !== "")).toBe("one");
      await org.close();
      expect((await org.ended).exitCode).toBe(1);
    });

    test("and does not read its input does not hold others up", async () => {
      await using org = home().start(["sandbox", "run", "--", "true"], { keepsTyping: true });
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
  });
}

function filesSuite(sandbox: Sandbox, { home, place }: CommandSetup): void {
  test("sees the files that it is shown, and cannot change them", async () => {
    const folder = place();
    writeFileSync(`${folder}/a=b.txt`, "content\n");
    mkdirSync(`${folder}/folder`);
    // Without a folder before it, a name is looked for where org was started.
    const shown = folder === home().path ? "" : `${folder}/`;
    symlinkSync("folder", `${folder}/link`);
    const { stdout, stderr } = await sandbox([
      ...["--ro", `${shown}a=b.txt=/work/a.txt`, `--ro=${shown}link=/data`],
      ...["--", "sh", "-c", "cat /work/a.txt; ls -d /data; echo x > /work/a.txt; touch /data/x"],
    ]);
    expect(stdout).toBe("content\n/data\n");
    expect(stderr.match(/Read-only file system/g)?.length).toBe(2);
  });
}

function limitsSuite(sandbox: Sandbox): void {
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
      expect(stderr).toBe("org: the command was stopped by the time limit; --wall S raises it.\n");
    });
  });
}

// Asks the proxy by hand; it refuses before it looks a name up, so nothing leaves this machine.
const CONNECT = `
import os, socket
proxy = socket.create_connection(os.environ['https_proxy'].removeprefix('http://').split(':'))
proxy.send(b'CONNECT other.example:443 HTTP/1.1\\r\\nHost: other.example:443\\r\\n\\r\\n')
print(proxy.recv(4096).split(b'\\r\\n')[0].decode())`;

function reportSuite(sandbox: Sandbox): void {
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
}

function stopSuite(home: () => TestHome): void {
  test("Ctrl-C ends the command, and everything that it started", async () => {
    const marker = crypto.randomUUID();
    const sleeper = ["python3", "-c", "import time; time.sleep(300)", marker];
    const script = `(exec ${sleeper.map(shellQuoted).join(" ")}) & wait`;
    await using org = home().start(["sandbox", "run", "--", "sh", "-c", script]);
    await until("it runs", async () => processesOf(sleeper) === 1);
    org.signal("SIGINT");
    expect((await org.ended).exitCode).toBe(130);
    await until("it has ended", async () => processesOf(sleeper) === 0);
  });
}

/** How many processes of this machine have exactly these words. */
function processesOf(words: readonly string[]): number {
  const line = `${words.join("\0")}\0`;
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8") === line;
    } catch {
      // Gone meanwhile.
      return false;
    }
  }).length;
}
