import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFIG_TEMPLATE } from "#home/settings/config-template.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { runInit } from "./init-command.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-init-"));
});
afterEach(async () => await rm(folder, { recursive: true }));

async function init(json = false) {
  const output = capturedOutput();
  const home = join(folder, "new", "home");
  const configPath = join(home, "org.config");
  const exit = await runInit({ home, configPath, json, output });
  return { exit, home, configPath, stdout: output.stdout, stderr: output.stderr };
}

describe("org init", () => {
  test("makes a home, with settings that are all put aside", async () => {
    const { exit, home, configPath, stdout, stderr } = await init();
    expect(stderr).toBe("→ org doctor   # says what is missing\n→ org          # opens a room\n");
    expect(exit).toBe(0);
    expect(stdout).toBe(`✔ ${configPath}\n✔ ${home}/personas\n✔ ${home}/workflows\n`);
    expect(await Bun.file(configPath).text()).toBe(CONFIG_TEMPLATE);
    expect((await readdir(home)).toSorted()).toEqual([
      ".org",
      "org.config",
      "personas",
      "workflows",
    ]);
  });

  test("changes nothing that is there", async () => {
    const { configPath } = await init();
    await Bun.write(configPath, 'profile = "prod"\n');
    const { exit, home, stdout } = await init(true);
    expect(await Bun.file(configPath).text()).toBe('profile = "prod"\n');
    const kept = [configPath, `${home}/personas`, `${home}/workflows`];
    expect([exit, JSON.parse(stdout)]).toEqual([0, { home, created: [], kept }]);
    await rm(`${home}/personas`, { recursive: true });
    const [config, personas, workflows] = kept;
    expect((await init()).stdout).toBe(
      `  ${config} exists already and is unchanged\n✔ ${personas}\n  ${workflows} exists already and is unchanged\n`,
    );
  });

  test("makes a home whose settings lie elsewhere, and writes over none that came meanwhile", async () => {
    const [home, configPath] = [join(folder, "home"), join(folder, "org.config")];
    const output = capturedOutput();
    expect(await runInit({ home, configPath, json: true, output })).toBe(0);
    const created = [configPath, `${home}/personas`, `${home}/workflows`];
    expect(JSON.parse(output.stdout)).toEqual({ home, created, kept: [] });
    expect((await readdir(home)).toSorted()).toEqual([".org", "personas", "workflows"]);
    // Only what org keeps in it is private.
    const modes = await Promise.all([home, `${home}/personas`].map(async (one) => await stat(one)));
    expect(modes[0]?.mode).toBe(modes[1]?.mode);
    expect(output.stderr).toBe("");
  });

  test("says so where nothing can be written", async () => {
    await Bun.write(join(folder, "new"), "a file in the way");
    await expect(init()).rejects.toMatchObject({ code: "FILE_FAILED" });
  });
});
