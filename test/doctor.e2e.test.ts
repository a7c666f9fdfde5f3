/** `org doctor` where something is really amiss: a slow Esc key, a Git without a user, a locale without Unicode. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import { type TestHome, testHome } from "./org-process.ts";

const reportSchema = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      detail: z.string(),
      remedies: z.array(z.string()),
    }),
  ),
});
type Row = z.infer<typeof reportSchema>["checks"][number];

let home: TestHome;
beforeAll(async () => {
  home = await testHome();
});
afterAll(async () => await home[Symbol.asyncDispose]());

async function rowOf(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Row> {
  const { stdout } = await home.run(["doctor", "--json"], { environment });
  const row = reportSchema.parse(JSON.parse(stdout)).checks.find((one) => one.name === name);
  if (row === undefined) throw new Error(`There is no row "${name}"`);
  return row;
}

describe("tmux", () => {
  const tmux = async (...words: readonly string[]) => {
    await using child = Bun.spawn(["tmux", "-f", "/dev/null", ...words], {
      env: { PATH: Bun.env["PATH"] ?? "", TMUX_TMPDIR: home.path, TERM: "xterm" },
      stdout: "ignore",
      stderr: "pipe",
    });
    expect([await child.stderr.text(), await child.exited]).toEqual(["", 0]);
  };

  test("without a server only says its version, and starts none", async () => {
    const row = await rowOf("tmux", { TMUX_TMPDIR: home.path });
    expect(row).toMatchObject({
      state: "ok",
      detail: expect.stringMatching(/^tmux .*, no server runs$/),
    });
  });

  test("with a long escape-time makes Esc late, and without a clipboard /copy short", async () => {
    await tmux("new-session", "-d", "sleep 300");
    await tmux("set-option", "-s", "escape-time", "500");
    await tmux("set-option", "-s", "set-clipboard", "off");
    try {
      const { state, detail, remedies } = await rowOf("tmux", { TMUX_TMPDIR: home.path });
      expect(state).toBe("warning");
      expect(detail).toMatch(
        /^tmux [^,]+, escape-time 500 ms, set-clipboard off, focus-events off, allow-passthrough off\n/,
      );
      expect(detail).toContain("the Esc key reaches a room 500 ms late");
      expect(remedies).toEqual([
        "tmux set-option -s escape-time 10   # and in ~/.tmux.conf",
        "tmux set-option -s set-clipboard external   # and in ~/.tmux.conf",
      ]);
      await tmux("set-option", "-s", "escape-time", "10");
      await tmux("set-option", "-s", "set-clipboard", "external");
      expect(await rowOf("tmux", { TMUX_TMPDIR: home.path })).toMatchObject({ state: "ok" });
    } finally {
      await tmux("kill-server");
    }
  });
});

test("Git that does not know the human says which settings are missing", async () => {
  expect(await rowOf("git", { GIT_CONFIG_NOSYSTEM: "1" })).toMatchObject({
    state: "warning",
    remedies: [
      'git config --global user.name "YOUR NAME"',
      "git config --global user.email YOU@EXAMPLE.ORG",
    ],
  });
  await Bun.write(join(home.path, ".gitconfig"), "[user]\nname = Ada\nemail = ada@example.org\n");
  expect(await rowOf("git")).toMatchObject({
    state: "ok",
    detail: expect.stringContaining("you commit as Ada <ada@example.org>"),
  });
});

test("the terminal is judged by its variables", async () => {
  const environment = { TERM: "xterm", LC_ALL: "C", NO_COLOR: "1" };
  expect(await rowOf("terminal", environment)).toMatchObject({
    state: "warning",
    detail: expect.stringMatching(/^TERM xterm, locale C, no colours/),
    remedies: ["export LANG=C.UTF-8"],
  });
});
