/** The reader of shell scripts against the shells themselves, in the sandbox. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { judgePrograms } from "#core/policy/shell-allowlist.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";

const PIECES = [
  ..."canary ls echo can''ary c\\anary can\"ary\" $'canary' $\"canary\" /work/bin/canary".split(
    " ",
  ),
  ..."' \" \\ $x ; & | && || > < >> 2> &> |& >& # = x=1 x=canary $x".split(" "),
  ..."{ } ( ) ! * ~ $( ) ` {canary,} <<E E <<<x >( <( eval env command exec if then fi".split(" "),
  " ",
  " ",
  " ",
  `\${x}`,
  `\${x:-canary}`,
  "\n",
  "\\\n",
  "\t",
];

/** Prints the number of every script that started the canary in one of the shells. */
const DRIVER = `
mkdir -p bin && printf '#!/bin/sh\\ntouch /work/ran\\n' > bin/canary && chmod +x bin/canary
export PATH=/work/bin:$PATH
processes=(/proc/[0-9]*)
alone=\${#processes[@]}
# What a script left in the background belongs to it: nothing of it may start the canary while the next one runs.
end_all() {
  for look in 1 2 3 4 5 6 7 8 9 10; do
    processes=(/proc/[0-9]*)
    (( \${#processes[@]} <= alone )) && return
    sleep 0.02
  done
  kill -9 -1
  until processes=(/proc/[0-9]*); (( \${#processes[@]} <= alone )); do :; done
}
number=0
while IFS= read -r -d '' script; do
  for shell in bash dash; do
    rm -rf /work/ran /work/cwd && mkdir /work/cwd && cd /work/cwd
    printf %s "$script" > /work/script
    timeout 0.3 $shell /work/script </dev/null >/dev/null 2>&1
    end_all
    [ -e /work/ran ] && echo "$number"
  done
  number=$((number + 1))
done < /run/scripts
`;

test("no shell starts a program that the reader has not seen", async () => {
  const piece = fc.oneof(
    fc.constantFrom(...PIECES),
    fc.constantFrom("canary", "ls", "eval", "x=1"),
  );
  const script = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 7 }), fc.constantFrom("", " ", " ", ";"))
    .map(([parts, glue]) => parts.join(glue));
  const scripts = fc.sample(script, 200);
  const { signal } = new AbortController();
  const result = await runSandboxed(
    ["bash", "/run/driver"],
    { ...POLICIES.sh, wallMs: 120_000 },
    {
      signal,
      files: [
        { path: "/run/driver", content: DRIVER },
        { path: "/run/scripts", content: scripts.map((script) => `${script}\0`).join("") },
      ],
    },
  );
  expect(result).toMatchObject({ killed: null, exit: 0 });
  const started = [...new Set(result.stdout.split("\n").filter((line) => line !== ""))];
  // Else the canary would prove nothing.
  expect(started.length).toBeGreaterThan(10);
  const allowed = started.map((number) => scripts[Number(number)] ?? "").filter(isAllowed);
  expect(allowed).toEqual([]);
  // Nor would a reader that understands nothing.
  expect(scripts.filter(isAllowed).length).toBeGreaterThan(5);
});

/** Neither the canary nor what starts other programs by its nature is on the list. */
function isAllowed(script: string): boolean {
  const call = {
    ...{ tool: "sh", persona: "agent", effect: "execute" as const },
    ...{ capabilities: ["shell" as const], arguments: { cmd: script } },
  };
  const resolve = (program: string) => (["ls", "echo"].includes(program) ? "listed" : undefined);
  return judgePrograms(new Set(["listed"]), call, resolve) === undefined;
}
