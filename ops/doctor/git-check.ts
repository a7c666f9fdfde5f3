import type { Check, Finding } from "#core/check.ts";
import { humanIdentity } from "#platform/git/human-identity.ts";
import { ok } from "./program.ts";
import { program } from "./program-check.ts";
import { isOlder } from "./version.ts";

/** The first Git that signs with a key of ssh. @see https://github.com/git/git/blob/v2.34.0/Documentation/RelNotes/2.34.0.txt */
const OLDEST = "2.34";

/** Which Git there is, and in whose name a human commits with it. */
export function gitCheck(home: string): Check {
  const there = program("git", ["--version"], { needed: true, why: "tools are kept in Git" });
  const run = async (signal: AbortSignal): Promise<Finding> => {
    const found = await there.run(signal);
    if (found.state !== "ok") return found;
    if (isOlder(found.detail, OLDEST)) {
      const detail = `${found.detail}; promotions are signed with ${OLDEST} or later`;
      return { state: "fault", detail, remedies: ["sudo apt-get install -y git"] };
    }
    const { name, email } = await humanIdentity(home, signal);
    if (name && email) return ok(`${found.detail}, you commit as ${name} <${email}>`);
    return {
      state: "warning",
      detail: `${found.detail}, which does not know your name: a commit of yours would fail`,
      remedies: [
        ...(name ? [] : ['git config --global user.name "YOUR NAME"']),
        ...(email ? [] : ["git config --global user.email YOU@EXAMPLE.ORG"]),
      ],
    };
  };
  return { name: there.name, run };
}
