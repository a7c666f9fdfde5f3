/** What `org project` prints about a room, from its first change to its rollback: all of it. */
import { expect, test } from "bun:test";
import { changeRecord } from "#ops/project/location.ts";
import { projectApp, TRIED, threeAnswers } from "#test/project-app.ts";
import { runCommand } from "#test/run-command.ts";

const CHECKED = [
  "✔ grep -q fine b.txt  yours: passed (N s)  the room's: passed (N s)",
  "✔ grep -q right a.txt  yours: exit 1 (N s)  the room's: passed (N s)",
  '· P1  The check "grep -q right a.txt" failed and passes now.',
  "✔ It passes the gate.",
  "",
].join("\n");
const PROGRESS = [
  "P0: 1 changed file",
  ...TRIED.checks.flatMap((one) => [`P1: ${one} on the base`, `P1: ${one} on the candidate`]),
  "",
].join("\n");

test("each step says what was done, and the status what there is", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  const { home, server, repository, place, work } = there;
  const { root } = repository;
  const environment = { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const org = async (...words: readonly string[]) => {
    const ran = await runCommand({ path: home.path, environment }, ...words, "--project", root);
    const stdout = ran.stdout
      .replaceAll(/\(\d+\.\d s\)/g, "(N s)")
      .replaceAll(/\d{8}T\d{6}Z/g, "TIME")
      .replaceAll(/\b(?:[0-9a-f]{40}|[0-9a-f]{12}|[0-9a-f]{8})\b/g, "HASH");
    return { ...ran, stdout };
  };
  const done = { code: 0, stderr: "" };
  expect(await org("ask", "mend a.txt")).toEqual({
    ...{ code: 0, stderr: expect.stringContaining(PROGRESS) },
    stdout: expect.stringMatching(/^Done\.\n[\s\S]*✔ It passes the gate\.\ncand\/TIME\n$/),
  });
  expect(await org("project", "checks")).toEqual({ code: 0, stdout: CHECKED, stderr: PROGRESS });

  const measure = { command: "wc -c < a.txt", better: "smaller" } as const;
  const [command = ""] = TRIED.checks;
  const limits = [{ command, wallMs: 30_000, memoryBytes: 2 ** 30 }];
  const record = { root, checks: TRIED.checks, dependencies: [] };
  await changeRecord(place, () => ({ ...record, measure, limits, critic: true, hooks: true }));
  const head = `repository  ${root}\nroom        ${work.room}\n`;
  expect(await org("project", "status")).toEqual({
    ...done,
    stdout: `${head}changes     1 file +1 −1
checks      grep -q fine b.txt (at most 30 s, 1024 MiB) · grep -q right a.txt
measure     wc -c < a.txt (smaller is better)
critic      reviews each change
hooks       yours judge each change, in the sandbox
`,
  });
  expect(JSON.parse((await org("project", "status", "--json")).stdout)).toEqual({
    ...{ type: "project", action: "status", root, room: work.room, checks: TRIED.checks },
    change: { commit: "HASH", files: 1, added: 1, removed: 1, refused: [] },
    ...{ limits, measure, newest: null, critic: true, hooks: true, hidden: [], left: [] },
  });

  await changeRecord(place, () => record);
  expect(await org("project", "promote", "--title", "fix: mend")).toEqual({
    ...{ code: 0, stderr: PROGRESS },
    stdout: `${CHECKED}Merged cand/TIME into main (HASH, signed as promotion/TIME-HASH). org project rollback reverts it (in the room: /rollback).\n`,
  });
  const rows = `${head}changes     none\nchecks      ${TRIED.checks.join(" · ")}\n`;
  expect(await org("project", "status")).toEqual({
    ...done,
    stdout: `${rows}promoted    cand/TIME on main: promotion/TIME-HASH, whose signature verifies\n`,
  });
  expect(await org("project", "rollback")).toEqual({
    ...done,
    stdout: "Reverted cand/TIME on main (HASH).\n",
  });
  expect(await org("project", "status")).toEqual({
    ...done,
    stdout: `${rows}reverted    cand/TIME on main: rollback/TIME-HASH, whose signature verifies\n`,
  });
  expect(await org("project", "rebase")).toEqual({
    ...done,
    stdout: "The room has your newest files; its own changes: none.\n",
  });
  await changeRecord(place, () => ({ ...record, checks: [] }));
  expect((await org("project", "status")).stdout).toStartWith(
    `${head}changes     none\nchecks      none; org project checks --set "COMMAND"\n`,
  );
});
