import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { databaseSettings } from "#home/settings/database-settings.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import type { RemoteState } from "../release/follow-main.ts";
import { remoteCheck } from "./remote-check.ts";

const HERE = "a".repeat(40);
const step = { commit: "b".repeat(40), tag: "promotion/1", tagId: "c".repeat(40) };
const { signal } = new AbortController();

async function found(see: () => Promise<RemoteState | undefined>) {
  await using home = await temporaryFolder("remote-check");
  const { signers } = promotionPaths(home.path);
  mkdirSync(dirname(signers), { recursive: true });
  writeFileSync(signers, "gate@org.invalid ssh-ed25519 AAAA\n");
  const env = { ORG_DB: "postgres://u:p@h/d", ORG_REMOTE: "/srv/org.git" };
  const { database } = databaseSettings({}, env, "/c");
  if (database === undefined) throw new Error("no database");
  return await remoteCheck(home.path, database, see).run(signal);
}

const STATES: readonly (readonly [string, RemoteState, Finding])[] = [
  ["is as here", { there: HERE, here: HERE, steps: [] }, finding("ok", "as here")],
  [
    "has more",
    { there: step.commit, here: HERE, steps: [step] },
    finding("warning", "1 signed change is not here", "org tools pull"),
  ],
  [
    "is empty",
    { there: undefined, here: HERE, steps: [] },
    finding("warning", "it has no main", "org tools push"),
  ],
  [
    "has less",
    { there: step.commit, here: HERE, steps: [] },
    finding("warning", "main here is ahead", "org tools push"),
  ],
];

function finding(state: Finding["state"], detail: string, ...remedies: string[]): Finding {
  return { state, detail, remedies };
}

test.each(STATES)("a remote that %s", async (_, seen, { state, detail, remedies }) => {
  const told = await found(async () => seen);
  expect([told.state, told.remedies]).toEqual([state, remedies]);
  expect(told.detail).toContain(detail);
  expect(told.detail).toContain("this node signs with ssh-ed25519 AAAA");
});

test("without a remote it says so, and what is in the way is a fault", async () => {
  expect((await found(async () => undefined)).detail).toContain("each node keeps its own tools");
  const away = new OrgError("away", {
    code: "REMOTE_UNREACHABLE",
    why: "no host",
    remedies: ["x"],
  });
  expect(await found(() => Promise.reject(away))).toEqual({
    ...{ state: "fault", detail: "away [REMOTE_UNREACHABLE]: no host", remedies: ["x"] },
  });
});
