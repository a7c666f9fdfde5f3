/** Marks that what a database has is being copied into a home, so that a half of it is not taken for the whole. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { syncFolder, writeFileAtomically } from "#platform/files.ts";
import type { HomePaths } from "./home-paths.ts";

type MarkedHome = Pick<HomePaths, "root" | "unfinishedCopy">;

/** @throws {OrgError} `COPY_UNFINISHED` where a copy into the home was cut off, or is under way. */
export function demandWholeHome({ root, unfinishedCopy }: MarkedHome): void {
  if (!existsSync(unfinishedCopy)) return;
  throw new OrgError(`The home "${root}" holds only a part of a database`, {
    code: "COPY_UNFINISHED",
    why: "a copy from the database did not finish",
    remedies: [
      "org db copy from   # with the ORG_DB of then: goes on where it was",
      `rm ${shellWord(unfinishedCopy)}   # if that database no longer exists: accept the part`,
    ],
    unchanged: "Nothing was opened.",
  });
}

export async function beginCopy({ unfinishedCopy }: MarkedHome): Promise<void> {
  await writeFileAtomically(unfinishedCopy, "{}\n");
}

export async function finishCopy({ unfinishedCopy }: MarkedHome): Promise<void> {
  await rm(unfinishedCopy, { force: true });
  await syncFolder(dirname(unfinishedCopy));
}
