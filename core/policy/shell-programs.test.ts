import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { resolveProgram } from "#platform/program-path.ts";
import { decide } from "./decide.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { readShellPrograms } from "./shell-programs.ts";

const allowed = ["ls", "cat", "sort", "echo"].map((name) => resolveProgram(name) ?? name);
const policy = { ...DEFAULT_POLICY, shellPrograms: new Set(allowed) };
const judge = (cmd: string): string => {
  const facts = {
    tool: "sh",
    persona: "agent",
    effect: "execute",
    capabilities: ["shell"],
  } as const;
  return decide(policy, { ...facts, arguments: { cmd } }, resolveProgram).permission;
};

describe("under an allowlist", () => {
  test.each([
    "ls -l /workspace",
    "ls | sort > out.txt 2>&1; cat < out.txt && echo done || true",
    "cd /workspace\nls *.ts # ; rm x",
    "LC_ALL=C sort a",
    `x=1; echo "$x is \${x}" '$(rm)' \\$\\(rm\\)`,
    "/usr/bin/ls",
    "/usr/bin/../bin/ls",
    "l\\\ns -l",
    "l''s \"a;b\"",
    ">out ls 2>/dev/null &",
    "echo costs 5$ {a,b} x#y",
    'echo "5$" "$ 5"',
  ])("runs %j", (cmd) => {
    expect(judge(cmd)).toBe("allow");
  });

  test.each([
    "rm x",
    "env ls",
    "env rm",
    "command rm",
    "builtin eval rm",
    "exec rm",
    "sh -c rm",
    "bash -c 'rm x'",
    "eval rm",
    ". ./x",
    "source x",
    "xargs rm",
    "echo $(rm x)",
    'echo "$(rm x)"',
    "echo `rm`",
    'echo "`rm`"',
    "cat <(rm)",
    "ls > >(rm)",
    "alias ls=rm; ls",
    "hash -p /usr/bin/rm ls; ls",
    "ls() { rm; }; ls",
    "function ls { rm; }; ls",
    "./ls",
    "bin/ls",
    "../usr/bin/ls",
    "~/ls",
    "/tmp/ls",
    "/work/ls",
    "/usr/../tmp/ls",
    "$x",
    "x=rm; $x",
    'x=rm; "$x"',
    `\${x:-rm}`,
    `echo \${x:-$(rm)}`,
    `y='a[$(rm)]'; echo \${x:$y}`,
    "echo $((a[$(rm)]))",
    "echo $[a]",
    "printf -v 'a[$(rm)]' x",
    "test -v 'a[$(rm)]'",
    "[ -v 'a[$(rm)]' ]",
    "[[ a -eq 'x[$(rm)]' ]]",
    "PATH=/tmp ls",
    "LD_PRELOAD=/work/x.so ls",
    "BASH_ENV=x ls",
    "export PATH=/tmp; ls",
    "IFS=x; ls",
    "r\\m x",
    "'r'\"m\" x",
    "$'\\x72m' x",
    'echo $"$(rm)"',
    '$"rm"',
    "/usr/bin/[r]m x",
    "/usr/bin/r? x",
    "{rm,x}",
    "ls;rm",
    "ls\nrm",
    "ls&rm",
    "ls|rm",
    "ls&&rm",
    "ls &>out rm",
    "ls |& rm",
    "ls \\\n\nrm",
    "2>x rm",
    ">x rm",
    "x=1 rm",
    "(rm)",
    "{ rm; }",
    "if rm; then ls; fi",
    "! rm",
    "time rm",
    "coproc rm",
    "trap rm EXIT",
    "cat <<x\n$(rm)\nx",
    "cat <<< $(rm)",
    "ls\rrm",
    "ls 'open",
    'ls "open',
    "ls \\",
    "ls >",
    "ls #\nrm",
    "''",
    "a[x]=1",
  ])("refuses %j", (cmd) => {
    expect(judge(cmd)).toBe("deny");
  });

  test("refuses what starts programs in a way that cannot be told, and says so", () => {
    const facts = { persona: "agent", effect: "execute", capabilities: ["shell"] } as const;
    const other = { ...facts, tool: "other", arguments: { code: "x" } };
    expect(decide(policy, other, resolveProgram).why).toContain(
      'what "other" starts cannot be told',
    );
    const python = { ...other, program: "python3" };
    expect(decide(policy, python, resolveProgram).permission).toBe("deny");
    const shellPrograms = new Set([resolveProgram("python3") ?? ""]);
    expect(decide({ ...policy, shellPrograms }, python, resolveProgram).permission).toBe("allow");
  });

  test("names the program that is not on the list", () => {
    const facts = { tool: "sh", persona: "a", effect: "execute", capabilities: ["shell"] } as const;
    const { why } = decide(policy, { ...facts, arguments: { cmd: "ls; curl x" } }, resolveProgram);
    expect(why).toBe('the program "curl" is not on the shell allowlist');
  });
});

test("reads the program of every command, however it is quoted, redirected and separated", () => {
  const quote = fc.constantFrom<((text: string) => string)[]>(
    (text) => text,
    (text) => `'${text}'`,
    (text) => `"${text}"`,
    (text) => `${text.slice(0, 1)}\\${text.slice(1)}`,
    (text) => `${text.slice(0, 1)}\\\n${text.slice(1)}`,
  );
  const name = fc.stringMatching(/^z[a-z]{1,6}$/);
  const command = fc.record({
    name,
    quote,
    before: fc.constantFrom("", "x=1 ", ">out ", "2>&1 ", "\\\n"),
    behind: fc.constantFrom("", " -l", " 'a;b'", ' "$x|y"', " 2>/dev/null", " \\; rm", " <in"),
    separator: fc.constantFrom(";", "\n", " & ", "|", " && ", "||", " # ; rm\n"),
  });
  fc.assert(
    fc.property(fc.array(command), (commands) => {
      const script = commands.map(
        (one) => `${one.before}${one.quote(one.name)}${one.behind}${one.separator}`,
      );
      expect(readShellPrograms(script.join(""))).toEqual({
        understood: true,
        programs: commands.map((one) => one.name),
      });
    }),
  );
});

test("reads a script of any size in a time that is in proportion to it", () => {
  const script = "ls \"$x\" 'a' > out;\n".repeat(20_000);
  expect(readShellPrograms(script)).toMatchObject({ understood: true });
});
