/** Files that are too large to be made anew: a branch that has moved would wait for them for good. */
import { blobSizes } from "#platform/git/blobs.ts";
import { ABSENT } from "#platform/git/entry-modes.ts";
import { type FileMove, MAX_FILE_BYTES } from "./move-file.ts";
import { pathList, refusal, type UserCheckout } from "./user-checkout.ts";

/**
 * @param most largest file in bytes.
 * @throws {OrgError} `PATH_REFUSED` where the repository has a larger one that is to be written; it names them.
 */
export async function refuseLarge(
  { repository }: Pick<UserCheckout, "repository">,
  moves: readonly FileMove[],
  most: number = MAX_FILE_BYTES,
): Promise<void> {
  const written = moves.filter(({ newMode }) => newMode !== ABSENT);
  const sizes = await blobSizes(
    repository,
    written.map(({ newId }) => newId),
  );
  const large = written.filter(({ newId }) => {
    const bytes = sizes.get(newId) ?? 0;
    // What the room brings is not there yet, and was measured when it was kept.
    return Number.isFinite(bytes) && bytes > most;
  });
  if (large.length === 0) return;
  const names = pathList(large.map(({ path }) => path));
  throw refusal("A file is too large for org to write", {
    code: "PATH_REFUSED",
    why: `${names}: it has more than ${most.toLocaleString("en")} bytes.`,
    remedies: ["git revert -m 1 COMMIT takes a promotion out by hand, whatever its files"],
  });
}
