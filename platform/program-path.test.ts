import { expect, test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveProgram } from "./program-path.ts";

test("a name and every path to the same file are the same program", () => {
  const real = realpathSync("/usr/bin/env");
  for (const program of ["env", "/usr/bin/env", "/bin/env", "/usr/bin/../bin/./env"]) {
    expect(resolveProgram(program)).toBe(real);
  }
});

test.each(["./env", "bin/env", "no-such-program", "", ".", "..", "/", "/usr/bin/", "/etc/passwd"])(
  "%j is not a program of the system",
  (program) => {
    expect(resolveProgram(program)).toBeUndefined();
  },
);

test("a link from elsewhere to a program is not that program: in a sandbox it is another file", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-programs-"));
  symlinkSync("/usr/bin/env", join(folder, "env"));
  try {
    expect(resolveProgram(join(folder, "env"))).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
