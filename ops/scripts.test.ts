import { expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { Glob } from "bun";

const ROOT = `${import.meta.dir}/..`;
const scripts = [...new Glob("ops/**/*.sh").scanSync(ROOT), "ops/hooks/pre-push", ".ci/run"].sort();

// `ops/setup.sh --dev` installs it, so that it is there wherever all tests run.
test.if(Bun.which("shellcheck") !== null)("shellcheck finds nothing in any script", async () => {
  const child = Bun.spawn(["shellcheck", "--external-sources", "--color=never", ...scripts], {
    cwd: ROOT,
    stdout: "pipe",
  });
  expect(await child.stdout.text()).toBe("");
  expect(await child.exited).toBe(0);
});

test.each(scripts.filter((path) => path !== "ops/lib.sh"))("%s can be run", async (path) => {
  expect((await stat(`${ROOT}/${path}`)).mode & 0o111).toBe(0o111);
  expect(await Bun.file(`${ROOT}/${path}`).text()).toStartWith("#!/usr/bin/env bash\n");
});

test("the pinned Bun is the one that runs this, and the types are its own", async () => {
  const pinned = (await Bun.file(`${ROOT}/.bun-version`).text()).trim();
  expect(Bun.version).toBe(pinned);
  const { dependencies } = await Bun.file(`${ROOT}/package.json`).json();
  expect(dependencies["bun-types"]).toBe(pinned);
});

test("continuous integration calls the README's test command and nothing else", async () => {
  const lines = (await Bun.file(`${ROOT}/.ci/run`).text()).split("\n");
  const commands = lines.filter((line) => line !== "" && !line.startsWith("#"));
  expect(commands).toHaveLength(1);
  expect(commands[0]).toEndWith('/.." && exec ./ops/test.sh');
});
