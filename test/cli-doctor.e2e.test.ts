/** `org doctor` on machines that lack something. */
import { describe, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { z } from "zod";
import { testHome } from "./org-process.ts";
import { scriptedServer } from "./scripted-server.ts";

const reportSchema = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["ok", "warning", "fault"]),
      detail: z.string(),
      remedies: z.array(z.string()),
    }),
  ),
});

describe("org doctor", () => {
  test("finds nothing on a machine that has everything, and says what it saw", async () => {
    await using server = scriptedServer([]);
    await using home = await testHome();
    const { stdout, stderr, exitCode } = await home.run(["doctor"], { url: server.url });
    expect(stdout).toMatch(
      new RegExp(`^✔ provider  ${server.url} answers in \\d+ ms with 1 model; using m$`, "m"),
    );
    expect(stdout).toContain(`✔ home      ${home.path}, not in use\n`);
    expect(stdout).not.toContain("✘");
    expect([stderr, exitCode]).toEqual(["", 0]);
  });

  test("names each program that is missing or broken, with the command to paste", async () => {
    await using home = await testHome();
    await Bun.write(`${home.path}/tmux`, "#!/bin/sh\nexit 3\n");
    await chmod(`${home.path}/tmux`, 0o755);
    const environment = { PATH: home.path };
    const { stdout, exitCode } = await home.run(["doctor", "--json"], { environment });
    const { checks } = reportSchema.parse(JSON.parse(stdout));
    const states = new Map(checks.map(({ name, state }) => [name, state]));
    expect([states.get("git"), states.get("tmux"), states.get("provider")]).toEqual([
      "fault",
      "warning",
      "fault",
    ]);
    expect(checks.find(({ name }) => name === "tmux")?.detail).toBe(
      "tmux ended with exit code 3; ./ops/run.sh opens the room in tmux",
    );
    const git = checks.find(({ name }) => name === "git");
    expect(git?.detail).toEndWith("; tools are kept in Git");
    expect(git?.remedies).toEqual(["./ops/setup.sh", "sudo apt-get install -y git"]);
    for (const { state, remedies } of checks)
      if (state === "fault") expect(remedies).not.toEqual([]);
    expect(exitCode).toBe(1);
  });
});
