import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { isSigned, signText } from "#fitness/gate/signing.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ok } from "./program.ts";

const REMEDY = "sudo apt-get install -y openssh-client";

/** Whether the gate can sign verdicts and promotions, and whether its signatures are valid. */
export function signingCheck(home: string): Check {
  return { name: "signing", run: async () => await signing(home) };
}

async function signing(home: string): Promise<Finding> {
  if (Bun.which("ssh-keygen") === null) {
    const detail = "There is no ssh-keygen on the PATH; nothing can be promoted without";
    return { state: "fault", detail, remedies: [REMEDY] };
  }
  const paths = promotionPaths(home);
  const mode = await stat(paths.key).then(
    (found) => found.mode & 0o777,
    () => undefined,
  );
  if (mode === undefined)
    return ok("ssh-keygen is there; the gate makes its key when it first judges");
  if ((mode & 0o077) !== 0) {
    const detail = `${paths.key} can be read by others (mode ${mode.toString(8)})`;
    return { state: "fault", detail, remedies: [`chmod 600 ${shellWord(paths.key)}`] };
  }
  await using folder = await temporaryFolder("signing");
  try {
    const signature = join(folder.path, "signature");
    await Bun.write(signature, await signText("doctor", paths));
    if (await isSigned("doctor", signature, paths))
      return ok("the gate's key signs, and its signatures are valid");
    return {
      state: "fault",
      detail: `signatures of ${paths.key} are not accepted: ${paths.signers} names another key, or none`,
      remedies: ["org fitness main   # writes it anew"],
    };
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    return { state: "fault", detail: error.why ?? error.message, remedies: error.remedies };
  }
}
