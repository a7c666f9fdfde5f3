/**
 * Dialogues with what is to be learnt of them, and what a model may wrongly offer; written by hand. `perfect` are quotes of a
 * model that makes no mistake, `wrong` those of one that makes all of them.
 */
import type { NoteKind } from "#core/memory.ts";

/** `tool`: what a program or a page gave; `file`: one that was attached to the line before. */
export type Turn = readonly [who: "user" | "agent" | "python" | "tool" | "file", text: string];

export interface Dialogue {
  readonly name: string;
  readonly turns: readonly Turn[];
  /** Kind, quote, and the sentence that is stored. */
  readonly perfect: readonly (readonly [kind: NoteKind, quote: string, stored: string])[];
  readonly wrong: readonly string[];
}

type Kept = Dialogue["perfect"][number];

export const fact = (quote: string, stored: string = quote): Kept => ["fact", quote, stored];
export const how = (quote: string, stored: string = quote): Kept => ["procedure", quote, stored];

export const OWN_WORDS: readonly Dialogue[] = [
  {
    name: "a preference, and a question beside it",
    turns: [
      ["user", "I prefer tabs over spaces. How do I set that in Vim?"],
      ["agent", "With set noexpandtab in your vimrc."],
    ],
    perfect: [fact("I prefer tabs over spaces", "I prefer tabs over spaces.")],
    wrong: ["How do I set that in Vim", "With set noexpandtab in your vimrc", "The user likes Vim"],
  },
  {
    name: "a procedure in one line",
    turns: [
      ["user", "To deploy the shop we run make ship and then tag the commit."],
      ["agent", "Got it, make ship and then a tag. You should also back up the database."],
    ],
    perfect: [
      how(
        "run make ship and then tag the commit",
        "To deploy the shop we run make ship and then tag the commit.",
      ),
    ],
    wrong: ["You should also back up the database", "The user provides the deployment procedure"],
  },
  {
    name: "an abbreviation, a version and a file in one sentence",
    turns: [
      [
        "user",
        "Dr. Brandt owns the billing code, e.g. invoice.v2.ts, and nobody else merges there. Thanks!",
      ],
      ["agent", "Understood."],
    ],
    perfect: [
      fact(
        "Dr. Brandt owns the billing code",
        "Dr. Brandt owns the billing code, e.g. invoice.v2.ts, and nobody else merges there.",
      ),
    ],
    wrong: ["The user thanked the assistant"],
  },
  {
    name: "no longer",
    turns: [
      ["user", "I don't use Jest any more, we moved everything to bun test."],
      ["agent", "Noted."],
    ],
    perfect: [
      fact(
        "we moved everything to bun test",
        "I don't use Jest any more, we moved everything to bun test.",
      ),
    ],
    wrong: ["I use Jest", "use Jest for all tests"],
  },
  {
    name: "a quote that leaves the negation out",
    turns: [["user", "We do not allow direct pushes to main."]],
    perfect: [fact("allow direct pushes to main", "We do not allow direct pushes to main.")],
    wrong: ["We allow direct pushes to main"],
  },
  {
    name: "small letters and no full stops",
    turns: [["user", "my time zone is Europe/Lisbon\nour standup is at 9:30 every weekday"]],
    perfect: [fact("my time zone is Europe/Lisbon"), fact("our standup is at 9:30 every weekday")],
    wrong: [],
  },
  {
    name: "small letters behind a full stop",
    turns: [
      ["user", "i work on arm macs. the ci runs on linux though. can you check the makefile?"],
    ],
    perfect: [
      fact("i work on arm macs", "i work on arm macs."),
      fact("the ci runs on linux", "the ci runs on linux though."),
    ],
    wrong: ["can you check the makefile"],
  },
  {
    name: "what holds for an hour",
    turns: [
      ["user", "I'm in a meeting now. The build is broken today, and I am back in two hours."],
      ["user", "The server will restart tomorrow at noon."],
      ["user", "Our servers are in Frankfurt."],
    ],
    perfect: [fact("Our servers are in Frankfurt", "Our servers are in Frankfurt.")],
    wrong: [
      "I'm in a meeting now",
      "The build is broken today",
      "I am back in two hours",
      "The server will restart tomorrow at noon",
    ],
  },
  {
    name: "what is supposed, and what follows from it",
    turns: [
      [
        "user",
        "Suppose we move to MongoDB. Then every order is one document. We shard by customer.",
      ],
      ["user", "What if we drop Windows support?"],
      ["user", "We might switch to Rust."],
      ["user", "If we had a bigger team, we would write our own CRM."],
      ["user", "Windows is a platform that we support."],
    ],
    perfect: [
      fact("Windows is a platform that we support", "Windows is a platform that we support."),
    ],
    wrong: [
      ...[
        "we move to MongoDB",
        "every order is one document",
        "We shard by customer",
        "we drop Windows support",
      ],
      ...["We might switch to Rust", "we would write our own CRM"],
    ],
  },
  {
    name: "a joke",
    turns: [
      ["user", "My production database is a spreadsheet lol"],
      ["user", "I always deploy drunk. Just kidding."],
      ["user", "We pay our interns in pizza 😂"],
      ["user", "Just curious, is COBOL still alive"],
    ],
    perfect: [],
    wrong: [
      "My production database is a spreadsheet",
      "I always deploy drunk",
      "We pay our interns in pizza",
      "is COBOL still alive",
    ],
  },
  {
    name: "requests",
    turns: [
      ["user", "Please write the release notes in English."],
      ["user", "Add a retry to the upload function."],
      ["user", "I want you to use PostgreSQL for this prototype."],
      ["user", "could you rename the folder to web"],
      ["user", "Let's use Redis for the cache."],
      ["user", "Release notes are written in English."],
    ],
    perfect: [
      fact("Release notes are written in English", "Release notes are written in English."),
    ],
    wrong: [
      ...["write the release notes in English", "Add a retry to the upload function"],
      ...[
        "use PostgreSQL for this prototype",
        "rename the folder to web",
        "use Redis for the cache",
      ],
    ],
  },
  {
    name: "wishes that last",
    turns: [
      ["user", "Always run the linter before you commit."],
      ["user", "From now on answer me in German."],
      ["user", "Remember that the staging password rotates on Mondays."],
      ["user", "Never touch the files in vendor/."],
    ],
    perfect: [
      how("Always run the linter before you commit", "Always run the linter before you commit."),
      fact("From now on answer me in German", "From now on answer me in German."),
      fact(
        "the staging password rotates on Mondays",
        "Remember that the staging password rotates on Mondays.",
      ),
      how("Never touch the files in vendor", "Never touch the files in vendor/."),
    ],
    wrong: [],
  },
  {
    name: "sentences that begin with a verb that is a noun",
    turns: [
      [
        "user",
        "Commit messages are in the imperative. Build artifacts are in dist/. Test runs take ten minutes.",
      ],
      ["user", "Mark is my manager."],
    ],
    perfect: [
      fact("Commit messages are in the imperative", "Commit messages are in the imperative."),
      fact("Build artifacts are in dist", "Build artifacts are in dist/."),
      fact("Test runs take ten minutes", "Test runs take ten minutes."),
      fact("Mark is my manager", "Mark is my manager."),
    ],
    wrong: [],
  },
  {
    name: "code between fences",
    turns: [
      ["user", "Our style is strict:\n```ts\n// We always use semicolons here.\nconst a = 1;\n```"],
      ["user", "The codebase is TypeScript only."],
    ],
    perfect: [fact("The codebase is TypeScript only", "The codebase is TypeScript only.")],
    wrong: ["We always use semicolons here", "Our style is strict"],
  },
  {
    name: "code without a fence",
    turns: [
      ["user", "def charge(user):\n    # The admin account is free of charge.\n    return 0"],
      ["user", "$ cat policy.txt\nAll employees share one login account"],
      ["user", "> The service accepts unsigned requests from everyone."],
      ["user", "2026-11-03 12:00:01 the cache node was promoted to primary"],
      ["user", "const limit = 5; // We never allow more than five users\nnothing else"],
    ],
    perfect: [],
    wrong: [
      ...["The admin account is free of charge", "All employees share one login account"],
      ...[
        "The service accepts unsigned requests from everyone",
        "the cache node was promoted to primary",
      ],
      ...["We never allow more than five users", "nothing else"],
    ],
  },
  {
    name: "a line that is too long to be typed",
    turns: [
      ["user", `The retention period is ninety days. ${"Lorem ipsum dolor sit amet. ".repeat(16)}`],
      ["user", "The retention period is sixty days."],
    ],
    perfect: [fact("The retention period is sixty days", "The retention period is sixty days.")],
    wrong: ["The retention period is ninety days", "Lorem ipsum dolor sit amet"],
  },
];
