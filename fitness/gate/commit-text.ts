/** What a commit says of itself, and which of that only the gate may say. */
import { GATE_IDENTITY } from "./gate-repository.ts";

/** Fields of a commit that say nothing but what a commit is made of. */
const PLAIN_FIELDS: readonly string[] = [
  "tree",
  "parent",
  "author",
  "committer",
  "gpgsig",
  "gpgsig-sha256",
];

/** Trailers that stand for a verdict or a promotion. */
const RESERVED_TRAILER = /^[ \t]*(?:org|gate|fitness|promot\w*|verdict)(?:-[\w-]*)?[ \t]*:/im;

/** @param commit what `git cat-file commit` prints. */
export function commitProblems(commit: string): readonly string[] {
  const end = commit.indexOf("\n\n");
  const head = end < 0 ? commit : commit.slice(0, end);
  const message = end < 0 ? "" : commit.slice(end + 2);
  const problems: string[] = [];
  for (const line of head.split("\n")) {
    // Lines that begin with a blank go on with the field before.
    if (line.startsWith(" ")) continue;
    const field = line.slice(0, line.indexOf(" "));
    if (!PLAIN_FIELDS.includes(field)) problems.push(`it has a field "${field.slice(0, 40)}"`);
    if ((field === "author" || field === "committer") && claimsGate(line)) {
      problems.push(`its ${field} claims to be the gate`);
    }
  }
  const trailer = RESERVED_TRAILER.exec(message)?.[0];
  if (trailer !== undefined) {
    problems.push(`its message holds "${trailer.trim()}", which only the gate writes`);
  }
  return problems;
}

function claimsGate(line: string): boolean {
  const normalized = line.normalize("NFKC").toLowerCase();
  return (
    normalized.includes(GATE_IDENTITY.email) || normalized.includes(` ${GATE_IDENTITY.name} <`)
  );
}
