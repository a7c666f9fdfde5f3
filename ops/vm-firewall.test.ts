import { describe, expect, test } from "bun:test";
import { geteuid } from "node:process";

const SCRIPT = `${import.meta.dir}/vm-firewall.sh`;

async function firewall(args: readonly string[]) {
  await using child = Bun.spawn(["bash", SCRIPT, ...args], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { stdout, stderr, exitCode: await child.exited };
}

test("prints rules that let out nothing but the provider, and changes nothing", async () => {
  expect(await firewall(["http://192.168.56.1:11434"])).toEqual({
    stdout: `table inet org_out
delete table inet org_out
table inet org_out {
  chain output {
    type filter hook output priority filter; policy drop;
    oif "lo" accept
    ct state established,related accept
    ip daddr 192.168.56.1 tcp dport 11434 accept
    counter reject with icmpx admin-prohibited
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
}
`,
    stderr: "Nothing was changed. With --apply, as root, these rules are loaded.\n",
    exitCode: 0,
  });
});

test.each([
  ["http://10.0.0.7/v1", "ip daddr 10.0.0.7 tcp dport 80 accept"],
  ["https://10.0.0.7/v1", "ip daddr 10.0.0.7 tcp dport 443 accept"],
  ["10.0.0.7", "ip daddr 10.0.0.7 tcp dport 11434 accept"],
  ["10.0.0.7:0080", "ip daddr 10.0.0.7 tcp dport 80 accept"],
  ["http://[fd00::1]:8080", "ip6 daddr fd00::1 tcp dport 8080 accept"],
])("%s is let out as %s", async (url, rule) => {
  const { stdout } = await firewall([url]);
  expect(stdout.match(/daddr/g)?.length).toBe(1);
  expect(stdout).toContain(`    ${rule}\n`);
  expect(stdout.includes("nd-neighbor-solicit")).toBe(url.includes("fd00"));
});

test("several providers may be named", async () => {
  const { stdout } = await firewall(["10.0.0.7:1", "10.0.0.8:2"]);
  expect(stdout.match(/ip daddr \S+ tcp dport \d+/g)).toEqual([
    "ip daddr 10.0.0.7 tcp dport 1",
    "ip daddr 10.0.0.8 tcp dport 2",
  ]);
});

describe("no rule is printed", () => {
  test.each([
    [[], "name the provider"],
    [["10.0.0.7; flush ruleset"], "is not a URL"],
    [["10.0.0.7:1", "ftp://10.0.0.7"], "is not a URL"],
    [["http://user@10.0.0.7"], "is not a URL"],
    [["10.0.0.7:0"], '"0" is not a port'],
    [["10.0.0.7:65536"], '"65536" is not a port'],
    [["--apply"], "name the provider"],
  ])("for %j", async (args, why) => {
    const { stdout, stderr, exitCode } = await firewall(args);
    expect([stdout, stderr, exitCode]).toEqual(["", expect.stringContaining(why), 64]);
  });

  test("when an ordinary user wants them loaded", async () => {
    const ordinary = geteuid?.() === 0 ? ["setpriv", "--reuid=1234", "--clear-groups", "--"] : [];
    // From standard input: a checkout of root may be closed to others.
    await using child = Bun.spawn([...ordinary, "bash", "-s", "--", "--apply", "10.0.0.7"], {
      cwd: "/",
      stdin: Bun.file(SCRIPT),
      stdout: "pipe",
      stderr: "pipe",
    });
    expect(await child.stdout.text()).toBe("");
    expect(await child.stderr.text()).toContain("needs root. Nothing was changed.");
    expect(await child.exited).toBe(77);
  });
});
