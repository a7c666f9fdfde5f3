import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { beginCopy, demandWholeHome, finishCopy } from "./unfinished-copy.ts";

test("a home into which a copy was begun opens only when it was finished", async () => {
  await using folder = await temporaryFolder("copy");
  const home = { root: folder.path, unfinishedCopy: join(folder.path, "unfinished copy.json") };
  demandWholeHome(home);
  await beginCopy(home);
  expect(() => demandWholeHome(home)).toThrow(
    expect.objectContaining({
      code: "COPY_UNFINISHED",
      remedies: [
        expect.stringContaining("org db copy from"),
        expect.stringContaining(`rm '${home.unfinishedCopy}'`),
      ],
    }),
  );
  await finishCopy(home);
  demandWholeHome(home);
  // Who finishes twice was interrupted behind the first time.
  await finishCopy(home);
});
