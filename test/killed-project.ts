/** Promotions and rollbacks in a project by a process that kills itself on the way. */
import { expect } from "bun:test";
import { join } from "node:path";
import type { CandidateRoom, ProjectCandidate } from "#ops/project/candidate.ts";
import type { LandStep } from "#ops/project/land-change.ts";
import type { Edits, UserProject } from "./user-project.ts";

const CHANGE: Edits = {
  "src/a.ts": "A\n",
  "src/b.ts": null,
  "new/c.ts": "c\n",
  "run.sh": { run: "x\n" },
};

export interface Kill {
  readonly room: CandidateRoom;
  readonly name: string;
  readonly step: LandStep;
  readonly count?: number;
}

/** Promotes the candidate `name`, or rolls back for the name `rollback`, and ends before the step. */
export async function killedAt(
  user: UserProject,
  { room, name, step, count = 1 }: Kill,
): Promise<void> {
  const script = join(import.meta.dir, "fixtures/killed-project-change.ts");
  const args = [room.repository.gitDir, user.root, user.folder, name, step, String(count)];
  const child = Bun.spawn([process.execPath, script, ...args], { stderr: "pipe" });
  const text = await child.stderr.text();
  await child.exited;
  expect(`${child.signalCode} ${text}`).toBe("SIGKILL ");
}

/** Makes a candidate of four files, beside a file of the user that Git does not know. */
export async function prepare(
  user: UserProject,
): Promise<readonly [CandidateRoom, ProjectCandidate]> {
  user.edit({ "README.md": "mine\n", "notes.txt": "mine\n" });
  const [room, candidate] = await user.candidate(CHANGE);
  user.edit({ "README.md": "# project\n" });
  return [room, candidate];
}
