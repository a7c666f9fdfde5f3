/** What the script of each shell makes of a table with one of everything. */
import { expect, test } from "bun:test";
import { bashCompletion } from "./bash.ts";
import type { CompletionTable } from "./completion-table.ts";
import { fishCompletion } from "./fish.ts";
import { zshCompletion } from "./zsh.ts";

const TABLE: CompletionTable = {
  commands: [
    {
      ...{ name: "log", summary: "shows [the] log: it's all", examples: [] },
      options: [
        { name: "export", value: "FORM", choices: ["md", "json"], summary: "as [a] text: or two" },
        { name: "to", short: "t", value: "FILE", summary: "where to" },
        { name: "all", short: "a", summary: "everything" },
      ],
    },
    {
      ...{ name: "db", summary: "a database", actions: ["init", "copy"], maxOperands: 2 },
      ...{ options: [], examples: [] },
    },
    { name: "help", summary: "explains", maxOperands: 1, options: [], examples: [] },
  ],
  globals: [{ name: "set", value: "KEY:VALUE", repeatable: true, summary: "a setting" }],
  topics: ["exit-codes"],
};

test("bash is told which options have a value, which values there are, and where files are meant", () => {
  const arms = bashCompletion(TABLE)
    .split("\n")
    .filter((line) => /^ +\S.*\) .*;;|words='|\*\) /.test(line));
  expect(arms).toMatchInlineSnapshot(`
    [
      "      "log --export" | "log --to" | "log -t" | *" --set") ;;",
      "    *) return 1 ;;",
      "  local command='' operands=0 words='' word at",
      "      "log --export") words='md json' ;;",
      "      "log --to" | "log -t") return ;; # names of files: bash knows them",
      "      log) words='--export --to --all --set' ;;",
      "      db) words='--set' ;;",
      "      help) words='--set' ;;",
      "      *) words='--set' ;;",
      "    words='log db help'",
      "      db) words='init copy' ;;",
      "      help) words='log db help exit-codes' ;;",
    ]
  `);
});

test("zsh is asked for a command or for what stands behind one, and for nothing more once it has completed", () => {
  const script = zshCompletion(TABLE);
  expect(script).toStartWith("#compdef org\n");
  expect(script).toContain("\n#   org completion zsh > ~/.zfunc/_org\n");
  expect(script).toContain("-S $globals '1: :->command' '*:: :->operand' && return\n");
});

test("zsh is told of each option and operand with what it is", () => {
  const lines = zshCompletion(TABLE)
    .split("\n")
    .filter((line) => /^ {4}['a-z].*(?:'|;;)$/.test(line));
  expect(lines).toMatchInlineSnapshot(`
    [
      "    '*--set=[a setting]:KEY\\:VALUE: '",
      "    'log:shows [the] log: it'\\''s all'",
      "    'db:a database'",
      "    'help:explains'",
      "    log) _arguments -S $globals '--export=[as \\[a\\] text\\: or two]:FORM:(md json)' '--to=[where to]:FILE:_files' '-t[where to]:FILE:_files' '--all[everything]' '-a[everything]' ;;",
      "    db) _arguments -S $globals '1: :(init copy)' '*: :_files' ;;",
      "    help) _arguments -S $globals '1: :(log db help exit-codes)' '*: :_files' ;;",
    ]
  `);
});

test("fish is told of each option and operand with what it is", () => {
  expect(fishCompletion(TABLE).split("\n")).toMatchInlineSnapshot(`
    [
      "# Completes org in fish. To use it: org completion fish > ~/.config/fish/completions/org.fish",
      "set -l commands log db help",
      "complete -c org -l set -x -d 'a setting'",
      "complete -c org -n "not __fish_seen_subcommand_from $commands" -f -a log -d 'shows [the] log: it\\'s all'",
      "complete -c org -n "__fish_seen_subcommand_from log" -l export -x -a 'md json' -d 'as [a] text: or two'",
      "complete -c org -n "__fish_seen_subcommand_from log" -l to -s t -r -F -d 'where to'",
      "complete -c org -n "__fish_seen_subcommand_from log" -l all -s a -d 'everything'",
      "complete -c org -n "not __fish_seen_subcommand_from $commands" -f -a db -d 'a database'",
      "complete -c org -n "__fish_seen_subcommand_from db; and not __fish_seen_subcommand_from init copy" -f -a 'init copy'",
      "complete -c org -n "not __fish_seen_subcommand_from $commands" -f -a help -d 'explains'",
      "complete -c org -n "__fish_seen_subcommand_from help; and __fish_is_nth_token 2" -f -a 'log db help exit-codes'",
      "",
    ]
  `);
});
