import { expect, test } from "bun:test";
import { setupFailed } from "./failure.ts";

// What bubblewrap 0.8.0 and setpriv 2.38 print, and where.
test.each([
  ["bwrap: setting up uid map: Permission denied", /AppArmor/, /apparmor_parser/],
  ["bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", /AppArmor/, /apparmor_parser/],
  [
    "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
    /limit of namespaces/,
    /sysctl -w user.max_user_namespaces/,
  ],
  [
    "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.",
    /refuses user namespaces/,
    /unprivileged_userns_clone=1/,
  ],
  [
    "bwrap: Creating new namespace failed: Operation not permitted",
    /refuses/,
    /seccomp=unconfined/,
  ],
  ["setpriv: setresuid failed: Invalid argument", /cannot give root's rights up/, /ordinary user/],
  ["bwrap: Unexpected capabilities but not setuid", /with capabilities/, /--ambient-caps=-all/],
  ["bwrap: Unknown option --disable-userns", /older than 0.8.0/, /apt-get install/],
  ["bwrap: Can't find source path /x: No such file or directory", /folder/, /exist/],
  ["bwrap: execvp prlimit: No such file or directory", /prlimit/, /util-linux/],
  ["something new", /ended before/, /org doctor/],
  ["", /ended before/, /org doctor/],
])("explains: %s", (stderr, why, remedy) => {
  const error = setupFailed(`${stderr}\n`);
  expect(error.code).toBe("SANDBOX_UNAVAILABLE");
  expect(error.message).toContain(stderr === "" ? "no reason given" : stderr);
  expect(error.why).toMatch(why);
  expect(error.remedies.join("\n")).toMatch(remedy);
});
